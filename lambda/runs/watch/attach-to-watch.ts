/**
 * Makes sure that a run is watched, and that it takes one look at Gumloop however many ask for it: whoever finds a turn
 * being watched joins, else one caller alone looks, learns the turn and starts the watcher.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError, describeCause } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { observeRun } from '../observe/observe-run.ts'
import type { RunSnapshot } from '../observe/run-snapshot.ts'
import { type RunRef, watchIdOf } from '../run.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { Watch } from './watch.ts'
import type { WatchPointer } from './watch-item.ts'
import type { WatchStore } from './watch-store.ts'

/** Starts the watcher of a turn: an execution of the state machine, or a loop of the local server. */
export interface Watcher {
  /** Starting the same one twice is harmless. Throws when it could not be started. */
  start(input: { watchId: string; attempt: number; waitSeconds: number; deadlineMs: number }): Promise<void>
}

export interface AttachDeps {
  store: WatchStore
  watcher: Watcher
  /** How long a turn may be watched. */
  watchLimitMs: number
  now: Clock
  random: () => number
  logger: Logger
}

export interface Attached {
  watch: Watch
  /** False: nobody watches it any more and it could not be changed; the caller has to look for itself. */
  isWatched: boolean
}

/** A watcher that is this late has died: a cold start and the machine's own retries fit in. */
const SILENCE_MS = 120_000
/** Between two attempts to get at the lease that another caller holds. */
const LEASE_PAUSE_MS = 150

/**
 * @param sinceMs when the caller came: a run that was seen over or waiting before that may have moved on.
 * @param untilMs until when to wait for another caller's look.
 * @throws AppError of the look, `upstream_timeout` past `untilMs`, `cancelled` when `signal` fires.
 */
export async function attachToWatch(
  run: RunRef,
  {
    operation,
    sinceMs,
    untilMs,
    connectorId,
    signal,
  }: { operation: Operation; sinceMs: number; untilMs: number; connectorId: string; signal: AbortSignal },
  deps: AttachDeps,
): Promise<Attached> {
  for (;;) {
    const pointer = await deps.store.pointer(run)
    const watch = pointer.watchId === null ? undefined : await deps.store.get(pointer.watchId)
    if (watch && canJoin(watch, pointer, sinceMs, deps.now())) return { watch, isWatched: true }
    const leaseId = await deps.store.takeLease(run, deps.now())
    if (leaseId !== undefined) {
      return lookAndStart({ run, operation, connectorId, pointer, leaseId }, deps)
    }
    if (deps.now() >= untilMs)
      throw new AppError('upstream_timeout', 'Another call is looking at this run and has no answer yet.')
    await pause(LEASE_PAUSE_MS, signal)
  }
}

/** Whether what is kept may be believed without asking Gumloop. Pure. */
export function canJoin(watch: Watch, pointer: WatchPointer, sinceMs: number, nowMs: number): boolean {
  if (pointer.touches !== pointer.seenTouches) return false
  const wasSeenSince = pointer.lookedFromMs >= sinceMs
  if (watch.outcome === 'finished' && watch.run.kind === 'flow_run') return true // it never runs again
  if (watch.outcome !== null) return wasSeenSince && watch.outcome === 'finished'
  if (isSilent(watch, nowMs)) return false
  return watch.state !== 'approval_required' || wasSeenSince || watch.polledAtMs >= sinceMs
}

/** True when the watcher should long have looked again and has not. */
export function isSilent(watch: Watch, nowMs: number): boolean {
  return watch.outcome === null && nowMs > watch.nextPollAtMs + SILENCE_MS
}

interface Look {
  run: RunRef
  operation: Operation
  connectorId: string
  pointer: WatchPointer
  leaseId: string
}

async function lookAndStart(look: Look, deps: AttachDeps): Promise<Attached> {
  const { run, pointer, leaseId } = look
  const lookedFromMs = deps.now()
  try {
    const snapshot = await observeRun(run, look.operation)
    const attached = await keep(snapshot, look, deps)
    const found = { watchId: attached.watch.watchId, lookedFromMs, seenTouches: pointer.touches }
    await deps.store.release(run, leaseId, deps.now(), found)
    return attached
  } catch (thrown) {
    // The lease runs out by itself should this fail too.
    await deps.store.release(run, leaseId, deps.now()).catch(() => undefined)
    throw thrown
  }
}

/** Writes down what the look showed, and starts a watcher where the turn goes on and has none. */
async function keep(snapshot: RunSnapshot, look: Look, deps: AttachDeps): Promise<Attached> {
  const { store } = deps
  const watchId = watchIdOf(look.run, snapshot.turnId)
  const before = await store.get(watchId)
  const nowMs = deps.now()
  const seen = newWatch(watchId, snapshot, look, before, nowMs, deps)
  const isAlive = before !== undefined && before.outcome === null && !isSilent(before, nowMs)
  if (isAlive) {
    // Its watcher writes the end, so that end and event come from one hand; a change of state may be known at once.
    const kept = { ...before, state: snapshot.state, details: snapshot.details, polledAtMs: nowMs }
    if (!snapshot.isOver) await store.progress(kept)
    return { watch: snapshot.isOver ? { ...kept, outcome: 'finished' } : kept, isWatched: true }
  }
  if (snapshot.isOver && (before === undefined || before.outcome !== null)) {
    // It was over before anybody watched: nothing to watch, nothing to tell, only something to remember.
    const over: Watch = { ...seen, outcome: 'finished', endedAtMs: nowMs, event: null }
    if (before?.outcome !== 'finished') await store.begin(over, before)
    return { watch: over, isWatched: true }
  }
  if (!(await store.begin(seen, before))) {
    const other = await store.get(watchId)
    return { watch: other ?? seen, isWatched: other !== undefined }
  }
  const isWatched = await startWatcher(seen, deps)
  return { watch: snapshot.isOver ? { ...seen, outcome: 'finished' } : seen, isWatched }
}

function newWatch(
  watchId: string,
  snapshot: RunSnapshot,
  look: Look,
  before: Watch | undefined,
  nowMs: number,
  deps: AttachDeps,
): Watch {
  // Gumloop's clock may be ahead of ours; a turn has not begun in the future.
  const beganAtMs = Math.min(snapshot.beganAtMs ?? nowMs, nowMs)
  const waitSeconds = pollIntervalSeconds({ ageMs: nowMs - beganAtMs, random: deps.random() })
  return {
    watchId,
    run: look.run,
    turnId: snapshot.turnId,
    attempt: (before?.attempt ?? 0) + 1,
    connectorId: look.connectorId,
    state: snapshot.state,
    outcome: null,
    details: snapshot.details,
    beganAtMs,
    deadlineMs: nowMs + deps.watchLimitMs,
    polls: 0,
    failures: 0,
    polledAtMs: nowMs,
    nextPollAtMs: nowMs + waitSeconds * 1000,
    endedAtMs: null,
    event: null,
  }
}

/** A watcher that cannot be started must not fail the wait: the caller looks for itself, the next one tries again. */
async function startWatcher(watch: Watch, deps: AttachDeps): Promise<boolean> {
  const { watchId, attempt, deadlineMs, nextPollAtMs, polledAtMs } = watch
  try {
    await deps.watcher.start({
      watchId,
      attempt,
      deadlineMs,
      waitSeconds: Math.round((nextPollAtMs - polledAtMs) / 1000),
    })
    return true
  } catch (error) {
    deps.logger.error('run_watch_not_started', { watch_id: watchId, reason: describeCause(error) })
    await deps.store.progress({ ...watch, nextPollAtMs: 0 }).catch(() => false)
    return false
  }
}

/** @throws AppError `cancelled` when the signal fires, before or during the pause. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {
    throw new AppError('cancelled', 'The call was cancelled by the client.')
  })
}
