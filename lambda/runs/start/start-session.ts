/**
 * Starts a session at most once. Gumloop refuses a `session_id` that exists, so every start carries one: the caller's,
 * or one of ours that the same call gets again when it is repeated.
 */
import type { Arguments } from '../../gumloop/build-request.ts'
import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { sessionOf, stringOrNull } from '../observe/session-record.ts'
import {
  chosenSessionKey,
  REPEAT_WINDOW_MS,
  type StartCaller,
  type StartKey,
  sessionIdFrom,
  startKeyOf,
} from './start-key.ts'
import type { Start, StartMemory } from './start-memory.ts'

const CREATE = 'create_a_gumloop_session'
const GET = 'get_single_gumloop_session_by_id'

export interface StartDeps {
  operation: Operation
  /** Undefined where nothing is kept (long runs switched off): then Gumloop's own refusal is all the guard. */
  memory: StartMemory | undefined
  caller: StartCaller
  now: Clock
}

export interface StartedSession {
  /** Gumloop's `{session, queue_position}`. */
  envelope: unknown
  sessionId: string
  /** True: it is the run of an earlier call; nothing was started. */
  isRepeated: boolean
}

/**
 * @param args checked arguments of the tool without `wait_seconds`.
 * @throws AppError of Gumloop's; `conflict` when the key or the id stands for something else.
 */
export async function startSession(args: Arguments, deps: StartDeps): Promise<StartedSession> {
  const { idempotency_key, ...wanted } = args
  const idempotencyKey = stringOrNull(idempotency_key) ?? undefined
  const chosenId = stringOrNull(wanted.session_id)
  if (deps.memory === undefined) return startUnremembered(wanted, chosenId, idempotencyKey, deps)
  const key =
    chosenId === null
      ? startKeyOf('session', deps.caller, wanted, idempotencyKey)
      : chosenSessionKey(deps.caller, wanted, chosenId)
  return startRemembered(wanted, chosenId, key, deps.memory, deps)
}

async function startRemembered(
  wanted: Arguments,
  chosenId: string | null,
  { key, fingerprint, settledMs }: StartKey,
  memory: StartMemory,
  deps: StartDeps,
): Promise<StartedSession> {
  const nowMs = deps.now()
  const ownId = chosenId ?? sessionIdFrom([key, nowMs])
  const { start, isFirst } = await memory.claim(key, { fingerprint, runId: ownId, settledMs }, nowMs)
  const isSame = start.fingerprint === fingerprint
  if (!isSame && chosenId === null) throw keyTaken()
  const sessionId = start.runId ?? ownId
  // A chosen id is always sent: only Gumloop knows whether it is still free.
  if (!isFirst && start.isSettled && chosenId === null) return repeated(sessionId, deps)
  try {
    const { value } = await deps.operation(CREATE, { ...wanted, session_id: sessionId })
    await settle(memory, key, start, sessionId)
    return { envelope: value, sessionId: stringOrNull(sessionOf(value).id) ?? sessionId, isRepeated: false }
  } catch (thrown) {
    if (isTaken(thrown) && !isFirst && isSame) {
      await settle(memory, key, start, sessionId)
      return repeated(sessionId, deps)
    }
    if (thrown instanceof AppError && thrown.details.mayHaveTakenEffect === true) throw unclear(thrown)
    if (isFirst) await memory.forget(key, start.startId).catch(() => undefined)
    throw thrown
  }
}

/** The id alone is the memory: it is made of connector, arguments and the minute, so whoever finds it taken was here before. */
async function startUnremembered(
  wanted: Arguments,
  chosenId: string | null,
  idempotencyKey: string | undefined,
  deps: StartDeps,
): Promise<StartedSession> {
  const { key, fingerprint } = startKeyOf('session', deps.caller, wanted, idempotencyKey)
  const period = idempotencyKey ?? Math.floor(deps.now() / REPEAT_WINDOW_MS)
  const sessionId = chosenId ?? sessionIdFrom([key, fingerprint, period])
  try {
    const { value } = await deps.operation(CREATE, { ...wanted, session_id: sessionId })
    return { envelope: value, sessionId: stringOrNull(sessionOf(value).id) ?? sessionId, isRepeated: false }
  } catch (thrown) {
    if (isTaken(thrown) && chosenId === null) return repeated(sessionId, deps)
    if (thrown instanceof AppError && thrown.details.mayHaveTakenEffect === true) throw unclear(thrown)
    throw thrown
  }
}

async function repeated(sessionId: string, { operation }: StartDeps): Promise<StartedSession> {
  const { value } = await operation(GET, { session_id: sessionId })
  return { envelope: value, sessionId, isRepeated: true }
}

/** It has started: that the table could not be told must not make it look as if it had not. */
async function settle(memory: StartMemory, key: string, start: Start, sessionId: string): Promise<void> {
  await memory.settle(key, start.startId, sessionId).catch(() => undefined)
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.details.upstreamCode === 'session_already_exists'
}

/** A lost answer is no reason to look around here: the same call finds out and cannot start it twice. */
function unclear(error: AppError): AppError {
  const nextStep =
    'Call again with exactly the same arguments: that returns the run if it has started, and cannot start it twice.'
  return new AppError(error.code, error.message, { ...error.details, nextStep }, error.cause)
}

export function keyTaken(): AppError {
  return new AppError('conflict', 'This idempotency_key was used for a start with other arguments.', {
    mayHaveTakenEffect: false,
    nextStep: 'Use another idempotency_key for another start, or the same arguments to get the first run.',
  })
}
