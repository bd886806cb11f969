/** Sessions as event streams, for clients that accept them: start, follow up, answer approval requests, attach. */
import { agentById } from '../agents/agents.ts'
import type { ApiResponse, LiveEvents } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { badRequest } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import type { SandboxState } from '../state/state.ts'
import { turnAt } from './session-timeline.ts'
import { EVENTS_BEFORE_ANSWERS, eventsAt, eventText, NOT_RESUMABLE, parseCursor } from './stream-events.ts'

/**
 * Whether the caller wants a stream. The sandbox simulates both of Gumloop's hosts at one address: a client that
 * accepts an event stream talks to the stream host.
 * @throws ApiError 400 for a stream on the host that has none
 */
export function wantsStream(call: Call): boolean {
  if (call.body.stream !== true && call.query.stream !== 'true') return false
  if (/\btext\/event-stream\b/i.test(call.headers.accept ?? '')) return true
  throw badRequest(
    'stream: true wants the stream host and Accept: text/event-stream. Or poll GET /sessions/{session_id}.',
    'stream',
  )
}

/** The events of a turn from number `seen` on, for as long as it runs. The session may be replaced in the state. */
function follow(state: SandboxState, sessionId: string, turnId: string, seen: number): LiveEvents {
  let sent = seen
  return nowMs => {
    const session = state.sessions.find(entry => entry.id === sessionId)
    const turn = session?.turns.find(entry => entry.id === turnId)
    if (session === undefined || turn === undefined) return { texts: [], isOver: true }
    const { events, isOver } = eventsAt(session, agentById(state, session.agentId), turn, nowMs)
    const fresh = events.slice(sent)
    sent += fresh.length
    return { texts: fresh.map(eventText), isOver }
  }
}

/** The stream of the latest run of a session; after answers to approval requests, what follows the pause. */
export function streamOf(call: Call, sessionId: string, isAfterAnswers = false): ApiResponse {
  const { state } = call.world
  const turn = state.sessions.find(session => session.id === sessionId)?.turns.at(-1)
  if (turn === undefined) throw new Error(`Session ${sessionId} has no run`)
  const seen = isAfterAnswers ? EVENTS_BEFORE_ANSWERS : 0
  return { status: 200, live: follow(state, sessionId, turn.id, seen) }
}

/** Goes on strictly after the cursor. What has ended, and what is no cursor, cannot be followed. */
export function attachStream(call: Call, sessionId: string): ApiResponse {
  const { state } = call.world
  const cursor = parseCursor(textOrNull(call.query, 'last_cursor') ?? '')
  const session = state.sessions.find(entry => entry.id === sessionId)
  const turn = session?.turns.find(entry => entry.id === cursor?.turnId)
  if (cursor === null || turn === undefined || turnAt(turn, call.nowMs).endedAtMs !== null)
    return { status: 200, live: () => ({ texts: [eventText(NOT_RESUMABLE)], isOver: true }) }
  return { status: 200, live: follow(state, sessionId, turn.id, cursor.seen) }
}
