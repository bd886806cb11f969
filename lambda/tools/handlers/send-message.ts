/**
 * Sends a message to a session. While the session is busy, Gumloop stores the message and sends it later, once however often the
 * request for that is repeated.
 */
import type { CallResult } from '../../gumloop/client.ts'
import { requireSession } from '../../runs/observe/session-record.ts'
import { digest } from '../../runs/run.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { idOrNull } from '../../shared/wire-value.ts'
import type { ToolCall, ToolHandler, ToolOutcome } from '../tool-call.ts'
import { changeSession, describeSession } from './agent-sessions.ts'

/** The same text to the same session within this is the same message. */
const SAME_MESSAGE_MS = 60_000
const BUSY = 'interaction_not_in_terminal_state'
const WAIT = 'wait_for_gumloop_session'
/** What a Gumloop answers that cannot store a message for later: then the session is busy, as it said first. */
const CANNOT_QUEUE: readonly ErrorCode[] = ['conflict', 'upstream_rejected', 'not_found']

export const sendMessage: ToolHandler = async call => {
  try {
    return await changeSession(call)
  } catch (error) {
    const isBusy = error instanceof AppError && error.details.upstreamCode === BUSY
    // A message that is stored can have no files.
    if (!isBusy || call.args.attachments !== undefined) throw error
    return queued(call, error)
  }
}

async function queued(call: ToolCall, busy: AppError): Promise<ToolOutcome> {
  const { args, mayCall, runs } = call
  const sessionId = String(args.session_id)
  const { value } = await queueOnce(call, busy)
  await runs.invalidate(sessionId)
  const messageId = isObject(value) ? idOrNull(value.message_id) : null
  // The session became free in between, or this Gumloop ignores `delivery`: the message was sent as usual.
  if (messageId === null) {
    requireSession(value, true)
    return { structured: describeSession(value, mayCall, sessionId) }
  }
  const how = mayCall(WAIT) ? ` Follow it with ${WAIT}.` : ''
  return {
    structured: {
      session_id: sessionId,
      state: null,
      is_over: false,
      next_step: `The run is busy: Gumloop has stored the message and sends it when the run ends. Do not send it again.${how}`,
      queued: true,
      message_id: messageId,
    },
  }
}

/** Asks for the storage of the message; where the answer is lost, again with the same key. */
async function queueOnce({ tool, args, operation, runs }: ToolCall, busy: AppError): Promise<CallResult> {
  const { caller, now } = runs.starting
  const { accountId, generation, connectorId } = caller
  const minute = Math.floor(now() / SAME_MESSAGE_MS)
  const key = digest(['message', accountId, generation, connectorId, args.session_id, args.input, minute])
  const request = { ...args, delivery: 'queued', 'Idempotency-Key': key }
  try {
    return await operation(tool.name, request)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.details.mayHaveTakenEffect === true) return operation(tool.name, request)
    throw CANNOT_QUEUE.includes(error.code) ? busy : error
  }
}
