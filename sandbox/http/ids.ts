/** Deterministic ids in Gumloop's format: they depend only on the seed and on how many were made before. */
import { createHash } from 'node:crypto'
import type { SandboxState } from '../state/state.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `length` letters and digits derived from `text`. */
export function lettersOf(text: string, length: number): string {
  const digest = createHash('sha512').update(text).digest()
  let out = ''
  for (let i = 0; i < length; i += 1) out += ALPHABET[(digest[i % digest.length] ?? 0) % ALPHABET.length]
  return out
}

/** The next id with this prefix, such as `ses_4fK…`. The counter is part of the state and survives a restart. */
export function nextId(state: SandboxState, prefix: string, length = 12): string {
  state.idsMade += 1
  return `${prefix}${lettersOf(`${state.seed}|${prefix}|${state.idsMade}`, length)}`
}

/** A number in [0, 1) derived from `text`. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
