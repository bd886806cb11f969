/**
 * Starts a session at most once. Gumloop rejects a `session_id` that exists, so every start carries one: the caller's,
 * or one of ours that the same call gets again when it is repeated.
 */
import type { Arguments } from '../../gumloop/build-request.ts'
import { AppError } from '../../shared/errors.ts'
import { idOrNull, textOrNull } from '../../shared/wire-value.ts'
import { requireSession } from '../observe/session-record.ts'
import { idempotencyKeyConflict, isUnclear, type StartDeps } from './start-deps.ts'
import { chosenSessionKey, REPEAT_WINDOW_MS, type StartKey, sessionIdFrom, startKeyOf } from './start-key.ts'
import type { Start, StartStore } from './start-store.ts'

const CREATE = 'create_a_gumloop_session'
const GET = 'get_single_gumloop_session_by_id'

export interface StartedSession {
  /** Gumloop's `{session, queue_position}`. */
  envelope: unknown
  sessionId: string
  /** True: it is the run of an earlier call; nothing was started. */
  isRepeated: boolean
}

/**
 * @param args checked arguments of the tool without `wait_seconds`.
 * @throws AppError of Gumloop's; `conflict` when the key or the id belongs to another start.
 */
export async function startSession(args: Arguments, deps: StartDeps): Promise<StartedSession> {
  const { idempotency_key, ...session } = args
  const idempotencyKey = textOrNull(idempotency_key) ?? undefined
  const chosenId = textOrNull(session.session_id)
  if (deps.starts === undefined) return startUnrecorded(session, chosenId, idempotencyKey, deps)
  const key =
    chosenId === null
      ? startKeyOf('session', deps.caller, session, idempotencyKey)
      : chosenSessionKey(deps.caller, session, chosenId)
  return startRecorded(session, chosenId, key, deps.starts, deps)
}

async function startRecorded(
  session: Arguments,
  chosenId: string | null,
  { key, fingerprint, settledMs }: StartKey,
  starts: StartStore,
  deps: StartDeps,
): Promise<StartedSession> {
  const nowMs = deps.now()
  const ownId = chosenId ?? sessionIdFrom([key, nowMs])
  const { start, isFirst } = await starts.claim(key, { fingerprint, runId: ownId, settledMs }, nowMs)
  const isSame = start.fingerprint === fingerprint
  if (!isSame && chosenId === null) throw idempotencyKeyConflict()
  const sessionId = start.runId ?? ownId
  // A chosen id is always sent: only Gumloop knows whether it is still free.
  if (!isFirst && start.isSettled && chosenId === null) return repeated(sessionId, deps)
  try {
    const started = await create(session, sessionId, deps)
    await settle(starts, key, start, sessionId)
    return started
  } catch (error) {
    if (isTaken(error) && !isFirst && isSame) {
      await settle(starts, key, start, sessionId)
      return repeated(sessionId, deps)
    }
    if (isUnclear(error)) throw unclearStart(error)
    if (isFirst) await starts.release(key, start.startId).catch(() => undefined)
    throw error
  }
}

/** Without a record the id itself is the guard: derived from connector, arguments and the minute, it is taken after the first call. */
async function startUnrecorded(
  session: Arguments,
  chosenId: string | null,
  idempotencyKey: string | undefined,
  deps: StartDeps,
): Promise<StartedSession> {
  const { key, fingerprint } = startKeyOf('session', deps.caller, session, idempotencyKey)
  const period = idempotencyKey ?? Math.floor(deps.now() / REPEAT_WINDOW_MS)
  const sessionId = chosenId ?? sessionIdFrom([key, fingerprint, period])
  try {
    return await create(session, sessionId, deps)
  } catch (error) {
    if (isTaken(error) && chosenId === null) return repeated(sessionId, deps)
    throw isUnclear(error) ? unclearStart(error) : error
  }
}

async function create(
  session: Arguments,
  sessionId: string,
  { operation }: StartDeps,
): Promise<StartedSession> {
  const { value, isEmpty } = await operation(CREATE, { ...session, session_id: sessionId })
  const started = isEmpty ? {} : requireSession(value, true)
  return { envelope: value, sessionId: idOrNull(started.id) ?? sessionId, isRepeated: false }
}

async function repeated(sessionId: string, { operation }: StartDeps): Promise<StartedSession> {
  const { value } = await operation(GET, { session_id: sessionId })
  requireSession(value, false)
  return { envelope: value, sessionId, isRepeated: true }
}

/** The session has started: that this could not be recorded must not make it look as if it had not. */
async function settle(starts: StartStore, key: string, start: Start, sessionId: string): Promise<void> {
  await starts.settle(key, start.startId, sessionId).catch(() => undefined)
}

function isTaken(error: unknown): boolean {
  return error instanceof AppError && error.details.upstreamCode === 'session_already_exists'
}

/** Nobody has to search for a session whose answer was lost: the same call finds it and cannot start it twice. */
function unclearStart(error: AppError): AppError {
  const nextStep =
    'Call again with exactly the same arguments: that returns the run if it has started, and cannot start it twice.'
  return new AppError(error.code, error.message, { ...error.details, nextStep }, error.cause)
}
