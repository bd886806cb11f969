/** Sessions: list, create, get, rename, send a message, cancel. */

import { agentById, findAgent } from '../agents/agents.ts'
import { type Answer, accepted, created, ok } from '../http/answer.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest, notFound, Refusal } from '../http/error-response.ts'
import { objectField, objectsField, textField, textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import type { AgentRecord, Attachment, SessionRecord } from '../state/state.ts'
import { startTurn, type TurnStart } from './agent-scripts.ts'
import { queuePosition, waitForSlotMs } from './run-slots.ts'
import { settled, stateAt } from './session-timeline.ts'
import { sessionBase, sessionFull, sessionRow } from './session-view.ts'

/** Lets the queued messages of all sessions start that have come to their turn. */
export function settleSessions(call: Call): void {
  const { state, speed } = call.world
  state.sessions = state.sessions.map(session =>
    session.queue.length === 0
      ? session
      : settled(session, call.nowMs, (input, acceptedAtMs, id, creatorId) =>
          startTurn(
            agentById(state, session.agentId).persona,
            { id, input, attachments: [], creatorId, acceptedAtMs, waitMs: 0 },
            speed,
          ),
        ),
  )
}

/** @throws Refusal 404 */
export function findSession(call: Call): SessionRecord {
  settleSessions(call)
  const id = pathValue(call, 'session_id')
  const found = call.world.state.sessions.find(session => session.id === id)
  if (found === undefined) throw notFound('session', id)
  return found
}

/** The envelope around a session; `full` adds usage and open asks. */
export function envelope(call: Call, session: SessionRecord, view: 'base' | 'full') {
  const agent = agentById(call.world.state, session.agentId)
  return {
    session: (view === 'full' ? sessionFull : sessionBase)(session, agent, call.nowMs),
    queue_position: queuePosition(call.world, session.turns.at(-1), call.nowMs),
  }
}

/** @throws Refusal 429 */
export function addTurn(
  call: Call,
  session: SessionRecord,
  agent: AgentRecord,
  message: Pick<TurnStart, 'id' | 'input' | 'attachments'>,
): void {
  const waitMs = waitForSlotMs(call.world, call.nowMs)
  const start = { ...message, creatorId: call.userId, acceptedAtMs: call.nowMs, waitMs }
  session.turns.push(startTurn(agent.persona, start, call.world.speed))
}

/** @throws Refusal 400: both of Gumloop's hosts are served here, and this is the one that does not stream */
export function refuseStream(call: Call): void {
  if (call.body.stream === true || call.query.stream === 'true') {
    throw badRequest(
      'stream: true is served by the streaming host only; poll GET /sessions/{session_id}.',
      'stream',
    )
  }
}

export function listSessions(call: Call): Answer {
  settleSessions(call)
  const { query, nowMs, world } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const search = textOrNull(query, 'search')?.toLowerCase()
  const creator = textOrNull(query, 'creator_user_id')
  const order = textOrNull(query, 'sort_order') ?? 'newest'
  if (order !== 'newest' && order !== 'oldest') {
    throw new Refusal(400, 'invalid_sort', 'sort_order must be newest or oldest.', { param: 'sort_order' })
  }
  const matching = world.state.sessions.filter(
    session =>
      session.agentId === agent.id &&
      (search === undefined ||
        [session.name ?? '', ...session.turns.map(t => t.input)].some(t =>
          t.toLowerCase().includes(search),
        )) &&
      (query.type === undefined || query.type === 'api') &&
      (query.state === undefined || stateAt(session, nowMs) === query.state) &&
      (creator === null || session.creatorId === creator) &&
      query.trigger_id === undefined,
  )
  matching.sort((a, b) => a.createdAtMs - b.createdAtMs)
  if (order === 'newest') matching.reverse()
  const page = pageOf(matching, `sessions of ${agent.id}`, query, session => session.id)
  const sessions = page.entries.map(session => sessionRow(session, agent, nowMs))
  return ok({ sessions, next_cursor: page.nextCursor })
}

export function createSession(call: Call): Answer {
  settleSessions(call)
  refuseStream(call)
  const { body, world } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = textOrNull(body, 'session_id') ?? nextId(world.state, 'ses_')
  if (world.state.sessions.some(session => session.id === id)) {
    throw new Refusal(409, 'session_already_exists', `A session "${id}" exists already.`, {
      param: 'session_id',
    })
  }
  const session: SessionRecord = {
    id,
    agentId: agent.id,
    name: textOrNull(body, 'name'),
    metadata: objectField(body, 'metadata'),
    creatorId: call.userId,
    createdAtMs: call.nowMs,
    turns: [],
    queue: [],
    files: [],
  }
  const input = textOrNull(body, 'input')
  if (input !== null)
    addTurn(call, session, agent, { id: nextId(world.state, 'msg_'), input, attachments: [] })
  world.state.sessions.push(session)
  return (input === null ? created : accepted)(envelope(call, session, 'base'))
}

export function retrieveSession(call: Call): Answer {
  refuseStream(call)
  return ok(envelope(call, findSession(call), 'full'))
}

export function renameSession(call: Call): Answer {
  const session = findSession(call)
  session.name = textOrNull(call.body, 'name')
  return ok(envelope(call, session, 'full'))
}

/** @throws Refusal 400 `invalid_attachment` for a file that this session does not have */
function attachmentsOf(call: Call, session: SessionRecord): Attachment[] {
  return objectsField(call.body, 'attachments').map(entry => {
    const fileName = textField(entry, 'file_name') ?? ''
    const file = session.files.find(f => f.path === fileName)
    if (file === undefined) {
      throw new Refusal(
        400,
        'invalid_attachment',
        `This session has no file "${fileName}"; upload it first.`,
        {
          param: 'attachments',
        },
      )
    }
    return { fileName, mediaType: textOrNull(entry, 'media_type') ?? file.mediaType }
  })
}

export function sendMessage(call: Call): Answer {
  refuseStream(call)
  const session = findSession(call)
  if (call.body.approval_responses !== undefined) {
    throw new Refusal(
      400,
      'approvals_require_stream_or_approvals_endpoint',
      'Answers to approval requests go to POST /sessions/{session_id}/approvals.',
      { param: 'approval_responses' },
    )
  }
  const input = textOrNull(call.body, 'input')
  if (input === null) throw badRequest('input must not be blank.', 'input')
  const state = stateAt(session, call.nowMs)
  if (state === 'queued' || state === 'processing') {
    throw new Refusal(
      409,
      'interaction_not_in_terminal_state',
      `The session is ${state}. Wait until it is over, cancel it, or queue the message.`,
    )
  }
  const attachments = attachmentsOf(call, session)
  const agent = findAgent(call, session.agentId)
  const waiting = state === 'approval_required' ? session.turns.at(-1) : undefined
  addTurn(call, session, agent, { id: nextId(call.world.state, 'msg_'), input, attachments })
  if (waiting !== undefined) waiting.cancelledAtMs = call.nowMs
  return accepted(envelope(call, session, 'base'))
}

/** A run that is not over becomes failed; one that is stays as it was. */
export function cancelSession(call: Call): Answer {
  const session = findSession(call)
  const state = stateAt(session, call.nowMs)
  const last = session.turns.at(-1)
  if (last !== undefined && state !== 'completed' && state !== 'failed') last.cancelledAtMs = call.nowMs
  return ok(envelope(call, session, 'base'))
}
