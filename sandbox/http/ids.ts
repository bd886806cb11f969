/** Ids that look like Gumloop's and depend on nothing but the seed and how many were made before. */
import { createHash } from 'node:crypto'
import type { SandboxState } from '../state/state.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `length` letters and digits drawn from `text`, always the same ones. */
export function lettersOf(text: string, length: number): string {
  const digest = createHash('sha512').update(text).digest()
  let out = ''
  for (let i = 0; i < length; i += 1) out += ALPHABET[(digest[i % digest.length] ?? 0) % ALPHABET.length]
  return out
}

/** The next id of its kind, `ses_4fK…`; counts in the state, so that a restart goes on where it stopped. */
export function nextId(state: SandboxState, prefix: string, length = 12): string {
  state.idsMade += 1
  return `${prefix}${lettersOf(`${state.seed}|${prefix}|${state.idsMade}`, length)}`
}

/** A number from 0 up to but not including 1, always the same for the same text. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
