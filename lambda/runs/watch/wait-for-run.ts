/**
 * Holds a call until its run is over, asks for a decision, or the time is up. Waiters read what the watcher writes and
 * never ask Gumloop on their own, however many there are; without a watcher (long runs switched off) the waiter looks
 * for itself, at the same pace.
 */

import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError, toAppError } from '../../shared/errors.ts'
import { observeRun } from '../observe/observe-run.ts'
import type { RunDetails } from '../observe/run-snapshot.ts'
import type { RunRef } from '../run.ts'
import { type AttachDeps, type Attached, attachToWatch, isSilent, pause } from './attach-to-watch.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { Watch, WatchOutcome } from './watch.ts'

/** A waiter sees what is written within this. */
const READ_EVERY_MS = 900
/** A table that cannot be read for a moment must not end a wait of minutes. */
const TOLERATED_READ_ERRORS = 5

export interface WaitRequest {
  run: RunRef
  operation: Operation
  connectorId: string
  /** Epoch ms at which the wait ends without result. */
  untilMs: number
  signal: AbortSignal
  /** Told at once, on every change of state, and every few seconds between. */
  onProgress?: (progress: { state: string | null; elapsedMs: number }) => void
}

export interface WaitDeps {
  now: Clock
  random: () => number
  /** Undefined: long runs are switched off, nothing is watched or kept. */
  watching: AttachDeps | undefined
}

export interface RunReport {
  run: RunRef
  state: string | null
  /** How it ended; null: it has not, as far as anybody saw. */
  outcome: WatchOutcome | null
  details: RunDetails
  waitedMs: number
  /** True: it goes on being watched when this call has ended. */
  isWatched: boolean
  /** Name of the watched turn; undefined where nothing is watched. */
  watchId?: string
}

/**
 * @throws AppError: `not_found` for a run that is not there or was deleted, `credentials_refused` and `forbidden` when
 *   the key may not look, `cancelled` when the client left, and the error of the last look when none succeeded in time.
 */
export async function waitForRun(request: WaitRequest, deps: WaitDeps): Promise<RunReport> {
  const startedMs = deps.now()
  const told = tellProgress(request, startedMs, deps.now)
  const wait = deps.watching
    ? await waitWatched(request, deps.watching, startedMs, told)
    : await waitLooking(request, deps, told)
  return { ...wait, run: request.run, waitedMs: deps.now() - startedMs }
}

/** Attaches once and reports, without holding the call: for a client that comes back by itself (a task). */
export async function lookOnce(
  request: WaitRequest,
  deps: WaitDeps & { watching: AttachDeps },
): Promise<RunReport> {
  const startedMs = deps.now()
  const { watch, isWatched } = await attachToWatch(
    request.run,
    { ...request, sinceMs: startedMs },
    deps.watching,
  )
  return { ...reportOf(watch, isWatched), run: request.run, waitedMs: deps.now() - startedMs }
}

type Wait = Omit<RunReport, 'run' | 'waitedMs'>
type Told = (state: string | null) => void

async function waitWatched(
  request: WaitRequest,
  watching: AttachDeps,
  startedMs: number,
  told: Told,
): Promise<Wait> {
  const { untilMs, signal } = request
  const { now, store } = watching
  let sinceMs = startedMs
  let { watch, isWatched } = await attachPatiently(request, watching, sinceMs)
  let errors = 0
  for (;;) {
    told(watch.state)
    if (!isWatched && watch.outcome === null)
      return waitLooking(request, { now, random: watching.random }, told, watch)
    if (watch.outcome !== null && watch.outcome !== 'superseded') return reportOf(watch, true)
    if (isAsking(watch, startedMs)) return reportOf(watch, true)
    const leftMs = untilMs - now()
    if (leftMs <= 0) return reportOf(watch, true)
    if (watch.outcome === 'superseded' || isSilent(watch, now())) {
      // The session has run on to a newer message, or the watcher has died: find the turn that counts now.
      sinceMs = now()
      ;({ watch, isWatched } = await attachPatiently(request, watching, sinceMs))
      continue
    }
    await pause(Math.min(READ_EVERY_MS, leftMs), signal)
    try {
      const read = await store.get(watch.watchId)
      watch = read ?? { ...watch, nextPollAtMs: 0 }
      errors = 0
    } catch (thrown) {
      if (++errors > TOLERATED_READ_ERRORS) throw thrown
    }
  }
}

/** An ask that was seen before this call came may have been answered meanwhile; attaching looks anew, so it is not. */
function isAsking(watch: Watch, startedMs: number): boolean {
  return watch.state === 'approval_required' && watch.polledAtMs >= startedMs - READ_EVERY_MS
}

/** Attaches through throttling and short errors of Gumloop's, as long as the time allows. */
async function attachPatiently(request: WaitRequest, deps: AttachDeps, sinceMs: number): Promise<Attached> {
  for (let failures = 1; ; failures++) {
    try {
      return await attachToWatch(request.run, { ...request, sinceMs }, deps)
    } catch (thrown) {
      const waitMs = waitAfterError(thrown, failures, deps.random())
      if (deps.now() + waitMs >= request.untilMs) throw thrown
      await pause(waitMs, request.signal)
    }
  }
}

/** Looks at Gumloop itself until the run is over; `last` is what was seen before. */
async function waitLooking(
  request: WaitRequest,
  deps: { now: Clock; random: () => number },
  told: Told,
  last?: Watch,
): Promise<Wait> {
  const { run, operation, untilMs, signal } = request
  const firstMs = deps.now()
  let seen: Wait | undefined = last && { ...reportOf(last, false) }
  for (let failures = 0; ; ) {
    try {
      const snapshot = await observeRun(run, operation)
      failures = 0
      told(snapshot.state)
      const { state, details, isOver } = snapshot
      seen = { state, details, outcome: isOver ? 'finished' : null, isWatched: false }
      if (isOver || snapshot.needsApproval) return seen
      const ageMs = deps.now() - Math.min(snapshot.beganAtMs ?? firstMs, firstMs)
      const waitMs = pollIntervalSeconds({ ageMs, random: deps.random() }) * 1000
      const leftMs = untilMs - deps.now()
      if (leftMs <= 0) return seen
      // The last look falls on the end of the wait, so that its answer is as fresh as can be.
      await pause(Math.min(waitMs, leftMs), signal)
    } catch (thrown) {
      const waitMs = waitAfterError(thrown, ++failures, deps.random())
      if (deps.now() + waitMs >= untilMs) {
        if (seen) return seen
        throw thrown
      }
      await pause(waitMs, signal)
    }
  }
}

const PASSING = new Set(['rate_limited', 'upstream_unavailable', 'upstream_timeout', 'upstream_invalid'])

/** Milliseconds to leave Gumloop alone after a failed look. Rethrows what will not pass by itself. */
function waitAfterError(thrown: unknown, failures: number, random: number): number {
  const { code, details } = toAppError(thrown)
  if (!PASSING.has(code)) throw thrown
  const { retryAfterSeconds } = details
  return pollIntervalSeconds({ ageMs: 0, random, failures, retryAfterSeconds }) * 1000
}

/** What is kept of a turn, told as if a call had waited for it. @throws AppError as `waitForRun`. */
export function reportOfWatch(watch: Watch, waitedMs: number): RunReport {
  return { ...reportOf(watch, true), run: watch.run, waitedMs }
}

function reportOf(watch: Watch, isWatched: boolean): Wait {
  const { state, outcome, details, watchId } = watch
  if (outcome === 'deleted') {
    throw new AppError(
      'not_found',
      'Gumloop no longer knows this run: it was deleted while it was watched.',
      {
        nextStep: 'Tell the person. There is no result to wait for.',
      },
    )
  }
  if (outcome === 'refused') {
    throw new AppError('forbidden', "Gumloop refuses this account's key a look at the run.", {
      nextStep: 'The run may be going on. Tell the person that the key needs attention; then wait again.',
    })
  }
  return { state, outcome, details, isWatched: isWatched && outcome === null, watchId }
}

const PROGRESS_EVERY_MS = 5000

/** Tells of a change at once, and of nothing new every few seconds: that keeps clients from giving up. */
function tellProgress({ onProgress }: WaitRequest, startedMs: number, now: Clock): Told {
  let lastState: string | null | undefined
  let lastMs = 0
  return state => {
    const nowMs = now()
    if (state === lastState && nowMs - lastMs < PROGRESS_EVERY_MS) return
    lastState = state
    lastMs = nowMs
    onProgress?.({ state, elapsedMs: nowMs - startedMs })
  }
}
