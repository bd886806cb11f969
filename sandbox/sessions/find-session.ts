/** Finds a session for a request, with its queue up to date, and describes it in a response. */
import { mayOpen, sessionItem } from '../access/item-access.ts'
import { agentById } from '../agents/agents.ts'
import { type Call, pathValue } from '../http/call.ts'
import { notFound } from '../http/error-response.ts'
import type { SessionRecord } from '../state/state.ts'
import { startTurn } from './agent-scripts.ts'
import { eraseIncognito } from './incognito.ts'
import { queuePosition } from './run-slots.ts'
import { settled } from './session-timeline.ts'
import { sessionBase, sessionFull } from './session-view.ts'

/** Starts the queued messages whose time has come, in all sessions. */
export function settleSessions(call: Call): void {
  const { state, speed } = call.world
  state.sessions = state.sessions.map(session =>
    session.queue.length === 0
      ? session
      : settled(session, call.nowMs, ({ input, id, creatorId, idempotencyKey }, acceptedAtMs) =>
          startTurn(
            agentById(state, session.agentId).persona,
            { id, input, attachments: [], creatorId, acceptedAtMs, waitMs: 0, idempotencyKey },
            speed,
          ),
        ),
  )
  eraseIncognito(state, call.nowMs)
}

/** @throws ApiError 404 */
export function findSession(call: Call): SessionRecord {
  settleSessions(call)
  const id = pathValue(call, 'session_id')
  const found = call.world.state.sessions.find(session => session.id === id)
  if (found === undefined || !mayOpen(call, sessionItem(found))) throw notFound('session', id)
  return found
}

/** The response body about a session; `full` adds usage and open approval requests. */
export function envelope(call: Call, session: SessionRecord, view: 'base' | 'full') {
  const agent = agentById(call.world.state, session.agentId)
  return {
    session: (view === 'full' ? sessionFull : sessionBase)(session, agent, call.nowMs),
    queue_position: queuePosition(call.world, session.turns.at(-1), call.nowMs),
  }
}
