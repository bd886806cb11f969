/** Queued messages, which run after the current run of their session. */
import { findAgent } from '../agents/agents.ts'
import { type ApiResponse, accepted, created, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest, notFound } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { timestamp } from '../http/timestamp.ts'
import type { QueuedMessageRecord, SessionRecord } from '../state/state.ts'
import { envelope, findSession } from './find-session.ts'
import { addTurn } from './new-session.ts'
import { addToQueue } from './queued-delivery.ts'
import { stateAt } from './session-timeline.ts'

function queueObject(session: SessionRecord) {
  return session.queue.map((message, i) => messageObject(message, i + 1))
}

function messageObject(message: QueuedMessageRecord, position: number) {
  return {
    id: message.id,
    input: message.input,
    state: 'queued',
    position,
    created_at: timestamp(message.createdAtMs),
    updated_at: timestamp(message.updatedAtMs),
  }
}

/** @throws ApiError 404, also for a message that has already been sent */
function findQueued(call: Call, session: SessionRecord): { message: QueuedMessageRecord; position: number } {
  const id = pathValue(call, 'queued_message_id')
  const i = session.queue.findIndex(entry => entry.id === id)
  const message = session.queue[i]
  if (message === undefined) throw notFound('queued message', id)
  return { message, position: i + 1 }
}

function inputOf(call: Call): string {
  const input = textOrNull(call.body, 'input')
  if (input === null) throw badRequest('input must not be blank.', 'input')
  return input
}

export function listQueued(call: Call): ApiResponse {
  return ok({ queue: queueObject(findSession(call)) })
}

/** In a session that is not running, the message is sent with the next request about any session. */
export function queueMessage(call: Call): ApiResponse {
  const session = findSession(call)
  const input = inputOf(call)
  const message = addToQueue(call, session, input, null)
  return created({
    queued_message: messageObject(message, session.queue.length),
    queue: queueObject(session),
  })
}

export function editQueued(call: Call): ApiResponse {
  const session = findSession(call)
  const { message, position } = findQueued(call, session)
  message.input = inputOf(call)
  message.updatedAtMs = call.nowMs
  return ok({ queued_message: messageObject(message, position), queue: queueObject(session) })
}

export function deleteQueued(call: Call): ApiResponse {
  const session = findSession(call)
  const { message } = findQueued(call, session)
  session.queue = session.queue.filter(entry => entry !== message)
  return ok({ queue: queueObject(session) })
}

/** Cancels the current run, if any, and runs this message. */
export function sendQueued(call: Call): ApiResponse {
  const session = findSession(call)
  const { message } = findQueued(call, session)
  const state = stateAt(session, call.nowMs)
  const current = session.turns.at(-1)
  if (current !== undefined && state !== 'completed' && state !== 'failed') current.cancelledAtMs = call.nowMs
  session.queue = session.queue.filter(entry => entry !== message)
  const { id, input } = message
  const turn = { id, input, attachments: [], creatorId: call.userId, idempotencyKey: message.idempotencyKey }
  addTurn(call.world, session, findAgent(call, session.agentId), turn, call.nowMs)
  return accepted(envelope(call, session, 'full'))
}
