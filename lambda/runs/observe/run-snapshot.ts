/** What one observation of a run showed, read from Gumloop's record. Pure and lenient: any field may be missing. */
import { isObject } from '../../shared/json-value.ts'
import { ONLY_TURN } from '../run.ts'
import { isFlowRunOver, isSessionOver } from './run-state.ts'
import { lastAnswer, sessionOf, stringOrNull } from './session-record.ts'

/** One file that a run made. */
export interface ArtifactNote {
  id: string
  filename: string | null
  media_type: string | null
  /** Bytes. */
  size: number | null
}

/** What is reported of a run beside its state, under the names that clients see. Stored in the table as JSON. */
export interface RunDetails {
  /** The agent's last message. */
  answer: string | null
  /** A flow run's outputs by name. */
  outputs: Record<string, unknown> | null
  /** Null: not listed yet, or they could not be listed. */
  artifacts: ArtifactNote[] | null
  /** Credits; null while unknown. */
  cost: number | null
  /** The questions that the run waits for, as Gumloop returns them. */
  pending_approvals: unknown[]
  /** Why it failed, as far as Gumloop says. */
  failure: string | null
  agent_id: string | null
  agent_name: string | null
  queue_position: number | null
  /** Parts that were shortened, and how to get the whole. */
  shortened?: string[]
}

export interface RunSnapshot {
  /** As Gumloop names it. */
  state: string | null
  isOver: boolean
  /** It does not go on until somebody decides. */
  needsApproval: boolean
  turnId: string
  /** Epoch ms at which this turn began, by Gumloop's clock. */
  beganAtMs: number | null
  details: RunDetails
}

const NO_DETAILS: RunDetails = {
  answer: null,
  outputs: null,
  artifacts: null,
  cost: null,
  pending_approvals: [],
  failure: null,
  agent_id: null,
  agent_name: null,
  queue_position: null,
}

/** `envelope` is Gumloop's `{session, queue_position}`. */
export function sessionSnapshot(envelope: unknown): RunSnapshot {
  const session = sessionOf(envelope)
  const state = stringOrNull(session.state)
  const turn = lastTurn(session)
  const usage = isObject(session.usage) ? session.usage : {}
  const approvals = Array.isArray(session.pending_approvals) ? session.pending_approvals : []
  return {
    state,
    isOver: isSessionOver(state),
    needsApproval: state === 'approval_required',
    turnId: turn.id,
    beganAtMs: turn.beganAtMs,
    details: {
      ...NO_DETAILS,
      answer: lastAnswer(session),
      cost: numberOrNull(usage.credit_cost),
      pending_approvals: state === 'approval_required' ? approvals : [],
      failure: isSessionOver(state) ? sessionFailure(session) : null,
      agent_id: stringOrNull(session.agent_id),
      agent_name: stringOrNull(session.agent_name),
      queue_position: isObject(envelope) ? numberOrNull(envelope.queue_position) : null,
    },
  }
}

/** `record` is Gumloop's flow run. */
export function flowRunSnapshot(record: unknown): RunSnapshot {
  const run = isObject(record) ? record : {}
  const state = stringOrNull(run.state)
  const isOver = isFlowRunOver(state)
  return {
    state,
    isOver,
    needsApproval: false,
    turnId: ONLY_TURN,
    beganAtMs: timeOrNull(run.created_ts),
    details: {
      ...NO_DETAILS,
      outputs: isObject(run.outputs) ? run.outputs : null,
      cost: numberOrNull(run.credit_cost),
      failure: isOver && state !== 'DONE' ? lastLines(run.log) : null,
    },
  }
}

/** One entry of Gumloop's list of artifacts; its type and size are inside `metadata` there (docs/gumloop-api.md, Artifacts). */
export function artifactNote(record: unknown): ArtifactNote[] {
  if (!isObject(record) || typeof record.id !== 'string') return []
  const metadata = isObject(record.metadata) ? record.metadata : {}
  return [
    {
      id: record.id,
      filename: stringOrNull(record.filename),
      media_type: stringOrNull(metadata.media_type) ?? stringOrNull(record.media_type),
      size: numberOrNull(metadata.size) ?? numberOrNull(record.size),
    },
  ]
}

/** The turn of a session without a visible message of a person. */
export const NO_TURN = 'none'

/** The newest message of a person identifies the turn: a session runs again after each. */
function lastTurn(session: Record<string, unknown>): { id: string; beganAtMs: number | null } {
  const messages = Array.isArray(session.messages) ? session.messages : []
  const index = messages.findLastIndex(message => isObject(message) && message.role === 'user')
  const message: unknown = messages[index]
  if (!isObject(message)) return { id: NO_TURN, beganAtMs: timeOrNull(session.created_at) }
  return {
    id: stringOrNull(message.id) ?? stringOrNull(message.created_at) ?? `message ${index}`,
    beganAtMs: timeOrNull(message.created_at),
  }
}

/** Text of the newest `error` part, where Gumloop says why a run failed (observed on the wire). */
function sessionFailure(session: Record<string, unknown>): string | null {
  const messages = Array.isArray(session.messages) ? session.messages : []
  const last: unknown = messages.at(-1)
  if (!isObject(last) || !Array.isArray(last.parts)) return null
  for (const part of last.parts.toReversed()) {
    if (!isObject(part) || part.type !== 'error') continue
    const { error } = part
    return (
      stringOrNull(error) ?? (isObject(error) ? stringOrNull(error.message) : null) ?? stringOrNull(part.text)
    )
  }
  return null
}

const FAILURE_LINES = 5

function lastLines(log: unknown): string | null {
  if (!Array.isArray(log)) return null
  const lines = log.filter(line => typeof line === 'string').slice(-FAILURE_LINES)
  return lines.length === 0 ? null : withoutColors(lines.join('\n'))
}

/** Without ANSI escape sequences. */
export function withoutColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is removed
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function timeOrNull(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isFinite(ms) ? ms : null
}
