/**
 * Starts a session at most once. Gumloop rejects a `session_id` that exists, so every start carries one: the caller's,
 * or one of ours that the same call gets again when it is repeated. A taken id counts as that of an earlier start only
 * if that start's own request was answered or lost, and the session is the one that it asked for: anything else is
 * somebody else's session.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arguments } from '../../gumloop/build-request.ts'
import { unknownShape } from '../../gumloop/read-response.ts'
import { AppError } from '../../shared/errors.ts'
import { idOrNull, textOrNull, timeOrNull } from '../../shared/wire-value.ts'
import { READ_RUN, visibleSession } from '../observe/connector-rules.ts'
import { firstInput, requireSession, sessionOf } from '../observe/session-record.ts'
import { answered, idempotencyKeyConflict, isUnclear, isUnderWay, type StartDeps } from './start-deps.ts'
import { chosenSessionKey, REPEAT_WINDOW_MS, type StartKey, sessionIdFrom, startKeyOf } from './start-key.ts'
import type { Start, StartStore } from './start-store.ts'

const CREATE = 'create_a_gumloop_session'
/** A session appears in reads within about a second of its start. */
const READ_BACK_PAUSES_MS = [0, 500, 1_500]
/** Gumloop's clock may be behind ours by this. */
const CLOCK_TOLERANCE_MS = 60_000
/** A start without an outcome is one whose caller died: no call lasts longer than this. */
const LONGEST_CALL_MS = 15 * 60_000

export interface StartedSession {
  /** Gumloop's `{session, queue_position}`; of a repeated start, what the connector may see of it. */
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
  const claim = await starts.claim(key, { fingerprint, runId: ownId, settledMs }, nowMs)
  const { isFirst } = claim
  const isSame = claim.start.fingerprint === fingerprint
  if (!isSame && chosenId === null) throw idempotencyKeyConflict()
  const start = isFirst || !isSame ? claim.start : await answered(starts, key, claim.start)
  // The first call was rejected meanwhile: this one is the first now.
  if (start.startedAtMs === 0 && isSame)
    return startRecorded(session, chosenId, { key, fingerprint, settledMs }, starts, deps)
  const isOwn = isFirst || isSame
  if (isOwn && !isFirst && isUnderWay(start) && nowMs - start.startedAtMs < LONGEST_CALL_MS) throw underWay()
  const sessionId = start.runId ?? ownId
  // A chosen id is always sent: only Gumloop knows whether it is still free.
  if (!isFirst && isOwn && start.isSettled && chosenId === null)
    return repeated(sessionId, await read(sessionId, deps), deps)
  try {
    const started = await create(session, sessionId, deps)
    if (isOwn) await settle(starts, key, start, sessionId)
    return started
  } catch (error) {
    if (isTaken(error) && isOwn && !isFirst) {
      const envelope = await readTaken(sessionId, error, deps)
      if (!isSessionOf(envelope, session, start.startedAtMs)) throw error
      await settle(starts, key, start, sessionId)
      return repeated(sessionId, envelope, deps)
    }
    if (isFirst) {
      const record = isUnclear(error) ? starts.lose : starts.release
      await record(key, start.startId).catch(() => undefined)
    }
    throw isUnclear(error) ? unclearStart(error) : error
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
    if (isTaken(error) && chosenId === null) {
      const envelope = await readTaken(sessionId, error, deps)
      if (isSessionOf(envelope, session, 0)) return repeated(sessionId, envelope, deps)
    }
    throw isUnclear(error) ? unclearStart(error) : error
  }
}

async function create(session: Arguments, sessionId: string, deps: StartDeps): Promise<StartedSession> {
  const { value } = await deps.operation(CREATE, { ...session, session_id: sessionId })
  const id = idOrNull(sessionOf(value).id)
  if (id !== null) return { envelope: value, sessionId: id, isRepeated: false }
  const found = await readBack(sessionId, value, deps)
  return { envelope: visibleSession(found, deps.mayCall), sessionId, isRepeated: false }
}

/** Nothing but the session itself shows that an answer without one meant a start. */
async function readBack(sessionId: string, answer: unknown, deps: StartDeps): Promise<unknown> {
  for (const pauseMs of READ_BACK_PAUSES_MS) {
    await sleep(pauseMs)
    const envelope = await read(sessionId, deps).catch(() => undefined)
    if (envelope !== undefined) return envelope
  }
  throw unknownShape(answer, 'a session', true)
}

function repeated(sessionId: string, envelope: unknown, { mayCall }: StartDeps): StartedSession {
  return { envelope: visibleSession(envelope, mayCall), sessionId, isRepeated: true }
}

async function read(sessionId: string, { observation }: StartDeps): Promise<unknown> {
  const { value } = await observation(READ_RUN.session, { session_id: sessionId })
  requireSession(value, false)
  return value
}

/** The session that has the id. One that the key may not read is not ours: then the id is just taken. */
async function readTaken(sessionId: string, taken: unknown, deps: StartDeps): Promise<unknown> {
  try {
    return await read(sessionId, deps)
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) throw taken
    throw error
  }
}

/** True when the session is what a start with these arguments makes, and not older than the start. */
function isSessionOf(envelope: unknown, { agent_id, input }: Arguments, startedAtMs: number): boolean {
  const session = sessionOf(envelope)
  const createdAtMs = timeOrNull(session.created_at)
  if (createdAtMs === null || createdAtMs < startedAtMs - CLOCK_TOLERANCE_MS) return false
  const isSameAgent = session.agent_id === undefined || textOrNull(session.agent_id) === textOrNull(agent_id)
  // Without an input the session was opened idle, and its first message came later.
  const isSameInput = typeof input !== 'string' || firstInput(session)?.trim() === input.trim()
  return isSameAgent && isSameInput
}

/** The session has started: that this could not be recorded must not make it look as if it had not. */
async function settle(starts: StartStore, key: string, start: Start, sessionId: string): Promise<void> {
  await starts.settle(key, start.startId, sessionId).catch(() => undefined)
}

function isTaken(error: unknown): boolean {
  return error instanceof AppError && error.details.upstreamCode === 'session_already_exists'
}

function underWay(): AppError {
  return new AppError('conflict', 'The same start is under way and has no answer yet.', {
    mayHaveTakenEffect: true,
    nextStep:
      'Call again with exactly the same arguments: that returns the run if it has started, and cannot start it twice.',
  })
}

/** Nobody has to search for a session whose answer was lost: the same call finds it and cannot start it twice. */
function unclearStart(error: AppError): AppError {
  const nextStep =
    'Call again with exactly the same arguments: that returns the run if it has started, and cannot start it twice.'
  return new AppError(error.code, error.message, { ...error.details, nextStep }, error.cause)
}
