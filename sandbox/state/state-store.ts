/** Persists the state in one JSON file, which is replaced atomically: a killed process leaves the old or the new file. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { objectField, objectsField } from '../http/fields.ts'
import { isObject } from '../http/request-check.ts'
import { freshState, stateSince3 } from '../seed/initial-state.ts'
import type { SandboxState } from './state.ts'

/** The sandbox cannot start. The message states the reason and the remedy. */
export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError'
}

const LISTS = [
  'agents',
  'sessions',
  'flowRuns',
  'flowFiles',
  'skills',
  'triggers',
  'access',
  'artifactChanges',
  'brainSources',
  'browserProfiles',
] as const

function isState(value: unknown): value is SandboxState {
  return (
    isObject(value) &&
    value.formatVersion === 3 &&
    typeof value.seed === 'string' &&
    typeof value.idsMade === 'number' &&
    typeof value.clockOffsetMs === 'number' &&
    isObject(value.evaluations) &&
    isObject(value.organization) &&
    LISTS.every(name => Array.isArray(value[name]) && value[name].every(isObject))
  )
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Version 1 stored a turn's approval requests as `asks`. Changes nothing in files of other versions. */
function upgradeFromVersion1(value: unknown): void {
  if (!isObject(value) || value.formatVersion !== 1) return
  for (const session of objectsField(value, 'sessions')) {
    for (const turn of objectsField(session, 'turns')) {
      turn.approvalRequests = turn.asks
      delete turn.asks
    }
  }
  value.formatVersion = 2
}

/** Version 2 knew no triggers, sharing, Brain, browser profiles, evaluations and organization. */
function upgradeFromVersion2(value: unknown): void {
  if (!isObject(value) || value.formatVersion !== 2) return
  for (const agent of objectsField(value, 'agents')) {
    delete agent.activeTriggerCount
    agent.isIncognito = false
    agent.knowledgeSources = []
    for (const version of objectsField(agent, 'versions'))
      version.composition = { ...objectField(version, 'composition'), knowledgeSources: [] }
  }
  for (const session of objectsField(value, 'sessions')) {
    session.triggerId = null
    session.isIncognito = false
    for (const message of [...objectsField(session, 'turns'), ...objectsField(session, 'queue')])
      message.idempotencyKey = null
  }
  Object.assign(value, stateSince3(String(value.seed)), { formatVersion: 3 })
}

/**
 * Loads the state from the file; without a file, the initial state.
 * @throws SandboxStartError when the file cannot be read or does not contain a valid state
 */
export function loadState(file: string | null, seed: string): SandboxState {
  if (file === null) return freshState(seed)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return freshState(seed)
    throw new SandboxStartError(`The sandbox's state file ${file} cannot be read: ${String(error)}.`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
    upgradeFromVersion1(value)
    upgradeFromVersion2(value)
  } catch {
    value = null
  }
  if (isState(value)) return value
  throw new SandboxStartError(
    `The sandbox's state file ${file} is damaged or of an unsupported version. Delete it to start over.`,
  )
}

/** Writes a temporary file and renames it to `file`. @throws file system errors */
export function saveState(file: string | null, state: SandboxState): void {
  if (file === null) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}.tmp`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(handle, JSON.stringify(state))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
}
