/** Waits for a watched run: reads what the poller records, and never polls Gumloop however many callers wait. */
import { attachToWatch, type WatchDeps } from './attach-to-watch.ts'
import { pause } from './pause.ts'
import { pollUnwatched } from './poll-unwatched.ts'
import type { ReportState } from './progress-reporter.ts'
import type { FoundWatch } from './record-observation.ts'
import { retryDelayMs } from './retry-delay.ts'
import { type RunStatus, statusOf } from './run-report.ts'
import type { WaitRequest } from './wait-request.ts'
import type { Watch } from './watch.ts'
import { watchState } from './watch-machine.ts'

/** A waiter sees what is recorded within this. */
export const READ_INTERVAL_MS = 900
/** A table that cannot be read for a short time must not end a wait of minutes. */
const TOLERATED_READ_FAILURES = 5

/** @throws AppError as `waitForRun`. */
export async function followWatch(
  request: WaitRequest,
  deps: WatchDeps,
  startedMs: number,
  reportState: ReportState,
): Promise<RunStatus> {
  const { untilMs, signal } = request
  let found = await attachPatiently(request, startedMs, deps)
  let failures = 0
  for (;;) {
    reportState(found.watch.state)
    const nowMs = deps.now()
    switch (waitStep(found, { startedMs, untilMs, nowMs })) {
      case 'report':
        return statusOf(found)
      case 'pollUnwatched':
        return pollUnwatched(request, deps, reportState, statusOf(found))
      case 'attach':
        found = await attachPatiently(request, nowMs, deps)
        break
      case 'read':
        await pause(Math.min(READ_INTERVAL_MS, untilMs - nowMs), signal)
        try {
          found = await readWatch(found.watch, request, deps)
          failures = 0
        } catch (error) {
          if (++failures > TOLERATED_READ_FAILURES) throw error
        }
    }
  }
}

/** What a waiter does next. `attach`: find the turn that counts now. `pollUnwatched`: no poller could be started. Pure. */
export function waitStep(
  { watch, isPolled }: FoundWatch,
  { startedMs, untilMs, nowMs }: { startedMs: number; untilMs: number; nowMs: number },
): 'report' | 'pollUnwatched' | 'attach' | 'read' {
  const state = watchState(watch, nowMs)
  if (watch.outcome === null && !isPolled) return 'pollUnwatched'
  if (watch.outcome !== null && state !== 'superseded') return 'report'
  // A question observed before this call came may have been answered since; attaching has observed it anew then.
  const isAsking = watch.state === 'approval_required' && watch.polledAtMs >= startedMs - READ_INTERVAL_MS
  if (isAsking || nowMs >= untilMs) return 'report'
  // The session has gone on to a newer message, or the poller has died.
  return state === 'superseded' || state === 'overdue' ? 'attach' : 'read'
}

async function readWatch(watch: Watch, { beside }: WaitRequest, { watches }: WatchDeps): Promise<FoundWatch> {
  const { watchId } = watch
  const stored = beside ? await watches.getBeside(watchId, beside) : await watches.get(watchId)
  // A record that has vanished counts as overdue, so that the waiter attaches anew.
  const read = stored ?? { ...watch, nextPollAtMs: 0 }
  return { watch: read, isPolled: read.outcome === null }
}

/** Attaches through throttling and short failures of Gumloop, as long as the time allows. */
async function attachPatiently(request: WaitRequest, sinceMs: number, deps: WatchDeps): Promise<FoundWatch> {
  for (let failures = 1; ; failures++) {
    try {
      return await attachToWatch(request, sinceMs, deps)
    } catch (error) {
      const delayMs = retryDelayMs(error, failures, deps.random())
      if (deps.now() + delayMs >= request.untilMs) throw error
      await pause(delayMs, request.signal)
    }
  }
}
