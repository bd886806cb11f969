/** What one observation of a run showed, read from Gumloop's record. Pure and lenient: any field may be missing. */
import { reportedError } from '../../gumloop/error-body.ts'
import type { Cut } from '../../shared/fit-json.ts'
import { isObject } from '../../shared/json-value.ts'
import { idOrNull, numberOrNull, textOrNull, timeOrNull } from '../../shared/wire-value.ts'
import { ONLY_TURN } from '../run.ts'
import { flowRunOf, flowRunPhase } from './flow-run-record.ts'
import { isOverIn } from './run-state.ts'
import { endTimes, lastAnswer, pendingApprovals, requireSession, sessionPhase } from './session-record.ts'

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
  /** A flow run's outputs: by name, or in whatever shape Gumloop returns them. */
  outputs: unknown
  /** Null: not listed yet, or they could not be listed. */
  artifacts: ArtifactNote[] | null
  /** Credits; null while unknown. */
  cost: number | null
  /** The questions that the run waits for, as `pendingApprovals` reads them. */
  pending_approvals: unknown[]
  /** Why it failed, as far as Gumloop says. */
  failure: string | null
  agent_id: string | null
  agent_name: string | null
  queue_position: number | null
  /** What is missing for another reason than its size, or has another place to be read at. */
  shortened?: string[]
  /** Parts that were too large, as places in the report of the run. */
  cuts?: Cut[]
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
  /** Epoch ms at which it ended, by the same clock; null while it goes on, or where the record has no time for it. */
  endedAtMs: number | null
  details: RunDetails
}

/** Nothing is known, or nothing may be shown. */
export const NO_DETAILS: RunDetails = {
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
  const session = requireSession(envelope, false)
  const state = textOrNull(session.state)
  const phase = sessionPhase(session)
  const turn = lastTurn(session)
  const usage = isObject(session.usage) ? session.usage : {}
  return {
    state,
    isOver: isOverIn(phase),
    needsApproval: phase === 'approval',
    turnId: turn.id,
    beganAtMs: turn.beganAtMs,
    endedAtMs: isOverIn(phase) ? sessionEndMs(session, turn.beganAtMs) : null,
    details: {
      ...NO_DETAILS,
      answer: lastAnswer(session),
      cost: numberOrNull(usage.credit_cost),
      pending_approvals: phase === 'approval' ? pendingApprovals(session) : [],
      failure: isOverIn(phase) ? sessionFailure(session) : null,
      agent_id: textOrNull(session.agent_id),
      agent_name: textOrNull(session.agent_name),
      queue_position: isObject(envelope) ? numberOrNull(envelope.queue_position) : null,
    },
  }
}

/** `record` is Gumloop's flow run. */
export function flowRunSnapshot(record: unknown): RunSnapshot {
  const run = flowRunOf(record)
  const state = textOrNull(run.state)
  const phase = flowRunPhase(run)
  const isOver = isOverIn(phase)
  return {
    state,
    isOver,
    needsApproval: false,
    turnId: ONLY_TURN,
    beganAtMs: timeOrNull(run.created_ts),
    endedAtMs: isOver ? timeOrNull(run.finished_ts) : null,
    details: {
      ...NO_DETAILS,
      outputs: run.outputs ?? null,
      cost: numberOrNull(run.credit_cost),
      failure:
        isOver && phase !== 'succeeded' ? (reportedError(run.error).message ?? lastLines(run.log)) : null,
    },
  }
}

/** One entry of Gumloop's list of artifacts; its type and size are inside `metadata` there (docs/gumloop-api.md, Artifacts). */
export function artifactNote(record: unknown): ArtifactNote[] {
  const id = isObject(record) ? idOrNull(record.id) : null
  if (!isObject(record) || id === null) return []
  const metadata = isObject(record.metadata) ? record.metadata : {}
  return [
    {
      id,
      filename: textOrNull(record.filename),
      media_type: textOrNull(metadata.media_type) ?? textOrNull(record.media_type),
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
    id: textOrNull(message.id) ?? textOrNull(message.created_at) ?? `message ${index}`,
    beganAtMs: timeOrNull(message.created_at),
  }
}

/** The session's own end, unless that is of an earlier turn; else the time of its last message. */
function sessionEndMs(session: Record<string, unknown>, beganAtMs: number | null): number | null {
  const messages = Array.isArray(session.messages) ? session.messages : []
  const last: unknown = messages.at(-1)
  const times = [
    ...endTimes(session),
    isObject(last) && last.role !== 'user' ? timeOrNull(last.created_at) : null,
  ]
  return times.find(time => time !== null && (beganAtMs === null || time >= beganAtMs)) ?? null
}

/** Text of the newest `error` part, where Gumloop says why a run failed (observed on the wire). */
function sessionFailure(session: Record<string, unknown>): string | null {
  const messages = Array.isArray(session.messages) ? session.messages : []
  const last: unknown = messages.at(-1)
  const own = reportedError(session.error).message ?? null
  if (!isObject(last) || !Array.isArray(last.parts)) return own
  for (const part of last.parts.toReversed()) {
    if (!isObject(part) || part.type !== 'error') continue
    const { error } = part
    return reportedError(error).message ?? textOrNull(part.text)
  }
  return own
}

const FAILURE_LINES = 5

function lastLines(log: unknown): string | null {
  if (typeof log === 'string') return lastLines(log.split('\n'))
  if (!Array.isArray(log)) return null
  const lines = log.filter(line => typeof line === 'string').slice(-FAILURE_LINES)
  return lines.length === 0 ? null : withoutColors(lines.join('\n'))
}

/** Without ANSI escape sequences. */
export function withoutColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is removed
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
}
