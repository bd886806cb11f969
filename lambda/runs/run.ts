/** Which run is meant: the names of a run and of one turn of it. Pure. */
import { createHash } from 'node:crypto'
import type { RunKind } from '../catalog/tool.ts'
import { toJson } from '../shared/json-text.ts'

/** One run of an account. A session is a conversation and can run many times; each run of it is a turn. */
export interface RunRef {
  kind: RunKind
  accountId: string
  /** The credentials that the run is read with (`credentialGeneration`): records of others are not found. */
  generation: string
  /** Gumloop's session id or flow run id. */
  id: string
  /** For a flow run: whose it is, where the call said so (`user_id`, `project_id`). */
  scope?: Record<string, string>
}

/** The turn of a flow run: it has only one. */
export const ONLY_TURN = 'run'

/** Name of a watch: one turn. It need not be unguessable: every reader has passed the connector's check. */
export function watchIdOf(run: RunRef, turnId: string): string {
  return digest(['turn', run.accountId, run.generation, run.kind, run.id, turnId])
}

/** Name of the run itself, whatever its turn. */
export function runDigest(run: RunRef): string {
  return digest(['run', run.accountId, run.generation, run.kind, run.id])
}

/** 40 hexadecimal characters (160 bits) that stand for these values and for no others. */
export function digest(values: unknown): string {
  return createHash('sha256').update(toJson(values)).digest('hex').slice(0, 40)
}

/** Name of the execution that polls: letters, digits and hyphens, at most 80 characters (Step Functions). */
export function executionName(watchId: string, attempt: number): string {
  return `run-${watchId}-${attempt}`
}
