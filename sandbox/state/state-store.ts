/** The state on disk: one JSON file, replaced as a whole, so that a kill at any moment leaves an old one or a new one. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isObject } from '../http/request-check.ts'
import { freshState } from '../seed/world.ts'
import type { SandboxState } from './state.ts'

/** The sandbox cannot start; the message says why and what to do, in one sentence. */
export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError'
}

const LISTS = ['agents', 'sessions', 'flowRuns', 'flowFiles', 'skills'] as const

function isState(value: unknown): value is SandboxState {
  return (
    isObject(value) &&
    value.formatVersion === 1 &&
    typeof value.seed === 'string' &&
    typeof value.idsMade === 'number' &&
    typeof value.clockOffsetMs === 'number' &&
    LISTS.every(name => Array.isArray(value[name]) && value[name].every(isObject))
  )
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code
}

/**
 * What the file holds, or a fresh state when there is no file.
 * @throws SandboxStartError when it cannot be read, or is no state of this sandbox
 */
export function loadState(file: string | null, seed: string): SandboxState {
  if (file === null) return freshState(seed)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return freshState(seed)
    throw new SandboxStartError(`The sandbox's state file ${file} cannot be read: ${String(thrown)}.`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (isState(value)) return value
  throw new SandboxStartError(
    `The sandbox's state file ${file} is damaged or of another version; delete it to start afresh.`,
  )
}

/** Writes beside the file, then renames over it. @throws the file system's error */
export function saveState(file: string | null, state: SandboxState): void {
  if (file === null) return
  mkdirSync(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.tmp`
  const handle = openSync(beside, 'w', 0o600)
  try {
    writeFileSync(handle, JSON.stringify(state))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
}
