/**
 * Finds the turn of a run that counts now, with one observation of Gumloop however many callers want it: whoever finds
 * a current record joins its watch; otherwise one caller, holding a lease, observes the run and has it watched.
 */
import { AppError } from '../../shared/errors.ts'
import { observeRun } from '../observe/observe-run.ts'
import { pause } from './pause.ts'
import { type FoundWatch, type RecordingDeps, recordObservation } from './record-observation.ts'
import { isCurrent, type RunPointer } from './run-pointer.ts'
import type { RunPointerStore } from './run-pointer-store.ts'
import type { AttachRequest } from './wait-request.ts'

export interface WatchDeps extends RecordingDeps {
  pointers: RunPointerStore
}

/** Between two attempts to take the lease that another caller holds. */
const LEASE_PAUSE_MS = 150

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
    const leaseId = await deps.pointers.takeLease(run, pointer, deps.now())
    if (leaseId !== undefined) return observeAlone(request, pointer, leaseId, deps)
    if (deps.now() >= untilMs) {
      throw new AppError('upstream_timeout', 'Another call is observing this run and has no answer yet.')
    }
    await pause(LEASE_PAUSE_MS, signal)
  }
}

/** Observes the run as the holder of its lease, and gives the lease back. */
async function observeAlone(
  { run, operation, connectorId }: AttachRequest,
  pointer: RunPointer,
  leaseId: string,
  deps: WatchDeps,
): Promise<FoundWatch> {
  const observedFromMs = deps.now()
  try {
    const snapshot = await observeRun(run, operation)
    const found = await recordObservation({ run, snapshot, connectorId }, deps)
    const { watchId } = found.watch
    const turn = { watchId, observedFromMs, seenInvalidations: pointer.invalidations }
    await deps.pointers.pointTo(run, leaseId, turn, deps.now())
    return found
  } catch (error) {
    // Should this fail too, the lease runs out by itself.
    await deps.pointers.releaseLease(run, leaseId).catch(() => undefined)
    throw error
  }
}
