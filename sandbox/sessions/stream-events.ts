/** The events of a session's run, computed from its record and the current time. */
import type { JsonObject } from '../http/request-check.ts'
import type { AgentRecord, SessionRecord, TurnRecord } from '../state/state.ts'
import { isErased } from './incognito.ts'
import { replyOf } from './replies.ts'
import { turnAt } from './session-timeline.ts'

/** The part of the work before the agent writes. */
const THINKING_SHARE = 0.3
const WORDS_PER_DELTA = 6

interface TurnEvents {
  /** All events up to now, in order. */
  events: JsonObject[]
  /** The last one is there: nothing follows. */
  isOver: boolean
}

/** Opaque to clients: which event of which turn was the last one. */
const cursorOf = (turn: TurnRecord, index: number): string =>
  Buffer.from(`${turn.id}|${index}`).toString('base64url')

/** The turn and the number of events that a cursor stands for; null for text that is no cursor. */
export function parseCursor(text: string): { turnId: string; seen: number } | null {
  const [, turnId, index] = /^(.+)\|(\d+)$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? []
  return turnId === undefined ? null : { turnId, seen: Number(index) + 1 }
}

/** A run ends with two of these; a pause for approval looks the same. */
function finishes(reason: string, hasQueued: boolean): JsonObject[] {
  const finish = { type: 'finish', finishReason: reason, queuedContinuation: hasQueued }
  return [
    { ...finish, final: false },
    { ...finish, final: true },
  ]
}

function deltasOf(text: string): string[] {
  const words = text.match(/\s*\S+/g) ?? []
  const deltas: string[] = []
  for (let i = 0; i < words.length; i += WORDS_PER_DELTA)
    deltas.push(words.slice(i, i + WORDS_PER_DELTA).join(''))
  return deltas
}

/** The share of the answer that has been written, 0 to 1. After approvals, the answer comes at once. */
function writtenShare(turn: TurnRecord, nowMs: number, hasEnded: boolean): number {
  if (hasEnded) return 1
  if (turn.approvalRequests.length > 0) return 0
  const worked = (nowMs - turn.acceptedAtMs - turn.queuedMs) / Math.max(1, turn.workMs)
  return Math.min(1, Math.max(0, (worked - THINKING_SHARE) / (1 - THINKING_SHARE)))
}

/** What the stream host has sent of a turn by `nowMs`, every event with what it needs to go on from there. */
export function eventsAt(
  session: SessionRecord,
  agent: AgentRecord,
  turn: TurnRecord,
  nowMs: number,
): TurnEvents {
  const { state, endedAtMs } = turnAt(turn, nowMs)
  const hasEnded = endedAtMs !== null
  const hasQueued = session.queue.length > 0
  const hasPaused =
    turn.approvalRequests.length > 0 && nowMs >= turn.acceptedAtMs + turn.queuedMs + turn.workMs
  const events: JsonObject[] = [{ type: 'interaction-ready', interaction_id: session.id }]
  if (hasPaused) events.push(...finishes('stop', false))
  const reply = replyOf(agent.persona, {
    turn,
    turnNumber: session.turns.indexOf(turn) + 1,
    agentName: agent.name,
  })
  const deltas = isErased(session, turn.id) ? [] : deltasOf(reply.text)
  const shown = deltas.slice(0, Math.floor(writtenShare(turn, nowMs, hasEnded) * deltas.length))
  const id = `${turn.id}_reply`
  if (shown.length > 0) events.push({ type: 'text-start', id })
  events.push(...shown.map(delta => ({ type: 'text-delta', id, delta })))
  if (hasEnded) {
    if (shown.length > 0) events.push({ type: 'text-end', id })
    if (reply.error !== null)
      events.push({
        type: 'error',
        error: { message: reply.error, code: 'run_failed' },
        errorMessage: reply.error,
      })
    events.push(...finishes(reply.error === null ? 'stop' : 'error', hasQueued))
  }
  const withCursors = events.map((event, i) => {
    const hasCursor = event.type === 'interaction-ready' || event.type === 'text-delta'
    return hasCursor ? { ...event, stream_cursor: cursorOf(turn, i) } : event
  })
  return { events: withCursors, isOver: hasEnded || state === 'approval_required' }
}

/** How many events a client has seen that answers approval requests: all up to the pause. */
export const EVENTS_BEFORE_ANSWERS = 1 + finishes('stop', false).length

/** The cursor after the answers to approval requests. */
export const cursorAfterAnswers = (turn: TurnRecord): string => cursorOf(turn, EVENTS_BEFORE_ANSWERS - 1)

/** What an attachment gets that has nothing to follow. */
export const NOT_RESUMABLE: JsonObject = { type: 'finish', finishReason: 'not_resumable', final: true }

export const eventText = (event: JsonObject): string => `data: ${JSON.stringify(event)}\n\n`
