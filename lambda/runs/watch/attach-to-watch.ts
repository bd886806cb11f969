/**
 * Finds the turn of a run that counts now, with one observation of Gumloop however many callers want it: whoever finds
 * a current record joins its watch; otherwise one caller, holding a lease, observes the run and has it watched.
 */
import { AppError, toAppError } from '../../shared/errors.ts'
import { observeRun } from '../observe/observe-run.ts'
import type { RunSnapshot } from '../observe/run-snapshot.ts'
import { pause } from './pause.ts'
import { LONGEST_INTERVAL_MS } from './poll-interval.ts'
import { type FoundWatch, type RecordingDeps, recordObservation } from './record-observation.ts'
import { isTransient, retryDelayMs, TRANSIENT_CODES } from './retry-delay.ts'
import { isCurrent, type RunPointer } from './run-pointer.ts'
import type { FailedObservation, RunPointerStore } from './run-pointer-store.ts'
import type { AttachRequest } from './wait-request.ts'
import { DOUBTFUL_CODES, type Watch } from './watch.ts'

export interface WatchDeps extends RecordingDeps {
  pointers: RunPointerStore
}

/** Between two attempts to take the lease that another caller holds. */
const LEASE_PAUSE_MS = 150
/** How often, and how far apart, a run that was there before is missed before that is believed; within one lease. */
const DOUBTED_ANSWERS = 3
const DOUBT_PAUSE_MS = 2_000

/**
 * @param sinceMs when the caller came: what was observed before may not count any more (`isCurrent`).
 * @throws AppError of the observation, `upstream_timeout` past `untilMs`, `cancelled` when the signal fires.
 */
export async function attachToWatch(
  request: AttachRequest,
  sinceMs: number,
  deps: WatchDeps,
): Promise<FoundWatch> {
  const { run, untilMs, signal } = request
  for (;;) {
    const pointer = await deps.pointers.get(run)
    const watch = pointer.watchId === null ? undefined : await deps.watches.get(pointer.watchId)
    if (watch && isCurrent(watch, pointer, sinceMs, deps.now())) {
      return { watch, isPolled: watch.outcome === null }
    }
    const heldBackMs = heldBackForMs(pointer, deps.now())
    if (heldBackMs > 0) {
      if (deps.now() + heldBackMs >= untilMs) throw failedForAll(pointer, heldBackMs)
      await pause(heldBackMs, signal)
      continue
    }
    const leaseId = await deps.pointers.takeLease(run, pointer, deps.now())
    if (leaseId !== undefined) return observeAlone(request, { pointer, watch, leaseId }, deps)
    if (deps.now() >= untilMs) {
      throw new AppError('upstream_timeout', 'Another call is observing this run and has no answer yet.')
    }
    await pause(LEASE_PAUSE_MS, signal)
  }
}

interface Held {
  pointer: RunPointer
  /** As stored before the observation. */
  watch: Watch | undefined
  leaseId: string
}

/** Observes the run as the holder of its lease, and gives the lease back. */
async function observeAlone(request: AttachRequest, held: Held, deps: WatchDeps): Promise<FoundWatch> {
  const { run, connectorId } = request
  const { pointer, leaseId } = held
  const observedFromMs = deps.now()
  try {
    const snapshot = await observePatiently(request, isExpected(held.watch), deps)
    const isInvalidated = pointer.invalidations !== pointer.seenInvalidations
    const found = await recordObservation({ run, snapshot, connectorId, isInvalidated }, deps)
    const { watchId } = found.watch
    const turn = { watchId, observedFromMs, seenInvalidations: pointer.invalidations }
    await deps.pointers.pointTo(run, leaseId, turn, deps.now())
    return found
  } catch (error) {
    // Should this fail too, the lease runs out by itself.
    const failed = failedObservation(error, pointer, deps)
    await deps.pointers.releaseLease(run, leaseId, failed).catch(() => undefined)
    throw error
  }
}

/** True where the run was there when it was last observed: that it is gone is believed on repetition only. */
function isExpected(watch: Watch | undefined): boolean {
  return watch !== undefined && watch.outcome !== 'deleted' && watch.outcome !== 'refused'
}

async function observePatiently(
  { run, operation, untilMs, signal }: AttachRequest,
  isRunExpected: boolean,
  deps: WatchDeps,
): Promise<RunSnapshot> {
  for (let count = 1; ; count++) {
    try {
      return await observeRun(run, operation)
    } catch (error) {
      const { code } = toAppError(error)
      const isDoubtful = isRunExpected && DOUBTFUL_CODES.some(one => one === code)
      const hasTime = deps.now() + DOUBT_PAUSE_MS < untilMs
      if (!isDoubtful || !hasTime || count === DOUBTED_ANSWERS) throw error
      await pause(DOUBT_PAUSE_MS, signal)
    }
  }
}

/** What the callers that want the same run share of a temporary failure; undefined: it is not temporary. */
function failedObservation(
  error: unknown,
  pointer: RunPointer,
  deps: WatchDeps,
): FailedObservation | undefined {
  const { code } = toAppError(error)
  if (!isTransient(code)) return undefined
  const failures = pointer.failures + 1
  return {
    failures,
    failedCode: code,
    notBeforeMs: deps.now() + retryDelayMs(error, failures, deps.random()),
  }
}

/** A time further ahead than any wait was written by a clock that was wrong. */
function heldBackForMs({ notBeforeMs }: RunPointer, nowMs: number): number {
  const leftMs = notBeforeMs - nowMs
  return leftMs > LONGEST_INTERVAL_MS ? 0 : Math.max(0, leftMs)
}

function failedForAll({ failedCode }: RunPointer, heldBackMs: number): AppError {
  const code = TRANSIENT_CODES.find(one => one === failedCode) ?? 'upstream_unavailable'
  return new AppError(
    code,
    'Gumloop did not answer another call about this run; it is not asked again yet.',
    {
      retryAfterSeconds: Math.ceil(heldBackMs / 1000),
    },
  )
}
