/** Sessions: list, create, get, rename, send a message, cancel. */

import { mayOpen, sessionItem } from '../access/item-access.ts'
import { findAgent } from '../agents/agents.ts'
import { type ApiResponse, accepted, created, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectField, objectsField, textField, textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { requireIncognitoPermission } from '../http/permissions.ts'
import type { Attachment, SessionRecord } from '../state/state.ts'
import { resolveApprovals } from './approvals.ts'
import { envelope, findSession, settleSessions } from './find-session.ts'
import { addTurn, startSession } from './new-session.ts'
import { queueForDelivery } from './queued-delivery.ts'
import { attachStream, streamOf, wantsStream } from './session-stream.ts'
import { stateAt } from './session-timeline.ts'
import { sessionRow, typeOf, usageAt } from './session-view.ts'

interface Ranked {
  session: SessionRecord
  credits: number
}

/** Applied to the oldest first. */
const ORDERS: Readonly<Record<string, (a: Ranked, b: Ranked) => number>> = {
  newest: () => 0,
  oldest: () => 0,
  credits_desc: (a, b) => b.credits - a.credits,
  name_asc: (a, b) => ((a.session.name ?? '') < (b.session.name ?? '') ? -1 : 1),
}

export function listSessions(call: Call): ApiResponse {
  settleSessions(call)
  const { query, nowMs, world } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const search = textOrNull(query, 'search')?.toLowerCase()
  const creator = textOrNull(query, 'creator_user_id')
  const order = textOrNull(query, 'sort_order') ?? 'newest'
  const compare = ORDERS[order]
  if (compare === undefined) {
    const known = Object.keys(ORDERS).join(', ')
    throw new ApiError(400, 'invalid_sort', `sort_order must be one of ${known}.`, { param: 'sort_order' })
  }
  const matching = world.state.sessions.filter(
    session =>
      session.agentId === agent.id &&
      (search === undefined ||
        [session.name ?? '', ...session.turns.map(t => t.input)].some(t =>
          t.toLowerCase().includes(search),
        )) &&
      mayOpen(call, sessionItem(session)) &&
      (query.type === undefined || query.type === typeOf(session)) &&
      (query.state === undefined || stateAt(session, nowMs) === query.state) &&
      (creator === null || session.creatorId === creator) &&
      (query.trigger_id === undefined || session.triggerId === query.trigger_id),
  )
  const credits = (session: SessionRecord) => usageAt(session, agent, nowMs).credit_cost ?? 0
  matching.sort((a, b) => a.createdAtMs - b.createdAtMs)
  if (order === 'newest') matching.reverse()
  else
    matching.sort((a, b) => compare({ session: a, credits: credits(a) }, { session: b, credits: credits(b) }))
  const page = pageOf(matching, `sessions of ${agent.id}`, query, session => session.id)
  const sessions = page.entries.map(session => sessionRow(session, agent, nowMs))
  return ok({ sessions, next_cursor: page.nextCursor })
}

export function createSession(call: Call): ApiResponse {
  settleSessions(call)
  const isStream = wantsStream(call)
  const { body, world } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = textOrNull(body, 'session_id') ?? nextId(world.state, 'ses_')
  if (world.state.sessions.some(session => session.id === id)) {
    throw new ApiError(409, 'session_already_exists', `A session "${id}" already exists.`, {
      param: 'session_id',
    })
  }
  if (body.incognito === true) requireIncognitoPermission(call)
  const input = textOrNull(body, 'input')
  if (isStream && input === null) throw badRequest('input is required for a stream.', 'input')
  const session = startSession(world, agent, {
    id,
    name: textOrNull(body, 'name'),
    input,
    creatorId: call.userId,
    atMs: call.nowMs,
    metadata: objectField(body, 'metadata'),
    isIncognito: body.incognito === true,
  })
  if (isStream) return streamOf(call, session.id)
  return (input === null ? created : accepted)(envelope(call, session, 'base'))
}

export function retrieveSession(call: Call): ApiResponse {
  const isStream = wantsStream(call)
  const session = findSession(call)
  if (isStream) return attachStream(call, session.id)
  return ok(envelope(call, session, 'full'))
}

export function renameSession(call: Call): ApiResponse {
  const session = findSession(call)
  session.name = textOrNull(call.body, 'name')
  return ok(envelope(call, session, 'full'))
}

/** @throws ApiError 400 `invalid_attachment` for a file that this session does not have */
function attachmentsOf(call: Call, session: SessionRecord): Attachment[] {
  return objectsField(call.body, 'attachments').map(entry => {
    const fileName = textField(entry, 'file_name') ?? ''
    const file = session.files.find(f => f.path === fileName)
    if (file === undefined) {
      throw new ApiError(
        400,
        'invalid_attachment',
        `This session has no file "${fileName}". Upload it first.`,
        {
          param: 'attachments',
        },
      )
    }
    return { fileName, mediaType: textOrNull(entry, 'media_type') ?? file.mediaType }
  })
}

export function sendMessage(call: Call): ApiResponse {
  const isStream = wantsStream(call)
  const session = findSession(call)
  if (isStream && call.body.approval_responses !== undefined) {
    resolveApprovals(call)
    return streamOf(call, session.id, true)
  }
  if (call.body.approval_responses !== undefined) {
    throw new ApiError(
      400,
      'approvals_require_stream_or_approvals_endpoint',
      'Send answers to approval requests to POST /sessions/{session_id}/approvals.',
      { param: 'approval_responses' },
    )
  }
  const input = textOrNull(call.body, 'input')
  if (input === null) throw badRequest('input must not be blank.', 'input')
  if (call.body.delivery === 'queued' && isStream)
    throw badRequest('Queued delivery does not stream.', 'stream')
  if (call.body.delivery === 'queued') return queueForDelivery(call, session, input)
  const state = stateAt(session, call.nowMs)
  if (state === 'queued' || state === 'processing') {
    throw new ApiError(
      409,
      'interaction_not_in_terminal_state',
      `The session is ${state}. Wait until it ends, cancel it, or queue the message.`,
    )
  }
  const attachments = attachmentsOf(call, session)
  const agent = findAgent(call, session.agentId)
  const waiting = state === 'approval_required' ? session.turns.at(-1) : undefined
  const message = { id: nextId(call.world.state, 'msg_'), input, attachments, creatorId: call.userId }
  addTurn(call.world, session, agent, message, call.nowMs)
  if (waiting !== undefined) waiting.cancelledAtMs = call.nowMs
  if (isStream) return streamOf(call, session.id)
  return accepted(envelope(call, session, 'base'))
}

/** Cancels a run that has not ended, which makes it failed. An ended run does not change. */
export function cancelSession(call: Call): ApiResponse {
  const session = findSession(call)
  const state = stateAt(session, call.nowMs)
  const last = session.turns.at(-1)
  if (last !== undefined && state !== 'completed' && state !== 'failed') last.cancelledAtMs = call.nowMs
  return ok(envelope(call, session, 'base'))
}
