/** Messages that wait for the current run of their session to end. */
import { findAgent } from '../agents/agents.ts'
import { type Answer, accepted, created, ok } from '../http/answer.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest, notFound, Refusal } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { timestamp } from '../http/timestamp.ts'
import type { QueuedMessageRecord, SessionRecord } from '../state/state.ts'
import { stateAt } from './session-timeline.ts'
import { addTurn, envelope, findSession } from './sessions.ts'

const QUEUE_LIMIT = 20

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

/** @throws Refusal 404, also for a message that has been sent by now */
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

export function listQueued(call: Call): Answer {
  return ok({ queue: queueObject(findSession(call)) })
}

/** In a session that is not running, the message is sent at the next look. */
export function queueMessage(call: Call): Answer {
  const session = findSession(call)
  const input = inputOf(call)
  if (session.queue.length >= QUEUE_LIMIT) {
    throw new Refusal(409, 'queue_full', `The queue holds ${QUEUE_LIMIT} messages already.`)
  }
  const message: QueuedMessageRecord = {
    id: nextId(call.world.state, 'msg_'),
    input,
    creatorId: call.userId,
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
  }
  session.queue.push(message)
  return created({
    queued_message: messageObject(message, session.queue.length),
    queue: queueObject(session),
  })
}

export function editQueued(call: Call): Answer {
  const session = findSession(call)
  const { message, position } = findQueued(call, session)
  message.input = inputOf(call)
  message.updatedAtMs = call.nowMs
  return ok({ queued_message: messageObject(message, position), queue: queueObject(session) })
}

export function deleteQueued(call: Call): Answer {
  const session = findSession(call)
  const { message } = findQueued(call, session)
  session.queue = session.queue.filter(entry => entry !== message)
  return ok({ queue: queueObject(session) })
}

/** Aborts the current run, if there is one, and runs this message instead. */
export function sendQueued(call: Call): Answer {
  const session = findSession(call)
  const { message } = findQueued(call, session)
  const state = stateAt(session, call.nowMs)
  const current = session.turns.at(-1)
  if (current !== undefined && state !== 'completed' && state !== 'failed') current.cancelledAtMs = call.nowMs
  session.queue = session.queue.filter(entry => entry !== message)
  addTurn(call, session, findAgent(call, session.agentId), {
    id: message.id,
    input: message.input,
    attachments: [],
  })
  return accepted(envelope(call, session, 'full'))
}
