/** Messages that wait until their session is free, each delivered once. */
import { type ApiResponse, accepted } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { nextId } from '../http/ids.ts'
import type { QueuedMessageRecord, SessionRecord } from '../state/state.ts'
import { refuseIncognito } from './incognito.ts'

const QUEUE_LIMIT = 20
const KEY = /^[!-~]{1,256}$/

/** @throws ApiError 409 when the queue is full, 403 for an incognito session */
export function addToQueue(
  call: Call,
  session: SessionRecord,
  input: string,
  idempotencyKey: string | null,
): QueuedMessageRecord {
  refuseIncognito(session, 'queue')
  if (session.queue.length >= QUEUE_LIMIT) {
    throw new ApiError(409, 'queue_full', `The queue already holds ${QUEUE_LIMIT} messages.`)
  }
  const message: QueuedMessageRecord = {
    id: nextId(call.world.state, 'msg_'),
    idempotencyKey,
    input,
    creatorId: call.userId,
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
  }
  session.queue.push(message)
  return message
}

function keyOf(call: Call): string | null {
  const key = call.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && KEY.test(key)) return key
  throw badRequest('Idempotency-Key must have 1 to 256 visible ASCII characters.', 'Idempotency-Key')
}

/**
 * Stores the message and returns a receipt. The same key of the same sender returns the first receipt, as long as the
 * message is in the queue or in the conversation.
 * @throws ApiError 400 for attachments, 409 for the same key with another text
 */
export function queueForDelivery(call: Call, session: SessionRecord, input: string): ApiResponse {
  if (call.body.attachments !== undefined)
    throw badRequest('Queued delivery takes text only, no attachments.', 'attachments')
  const key = keyOf(call)
  const known = [...session.turns, ...session.queue].find(
    entry => key !== null && entry.idempotencyKey === key && entry.creatorId === call.userId,
  )
  if (known !== undefined && known.input !== input) {
    throw new ApiError(409, 'idempotency_conflict', 'This Idempotency-Key was used for another message.', {
      param: 'Idempotency-Key',
    })
  }
  const message = known ?? addToQueue(call, session, input, key)
  return accepted({ message_id: message.id, status: 'accepted' })
}
