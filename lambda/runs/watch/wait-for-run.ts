/** Holds a call until its run is over, asks for a decision, or the time is up. */
import type { Clock } from '../../shared/clock.ts'
import { attachToWatch, type WatchDeps } from './attach-to-watch.ts'
import { followWatch } from './follow-watch.ts'
import { pollUnwatched } from './poll-unwatched.ts'
import { progressReporter } from './progress-reporter.ts'
import { type RunReport, statusOf } from './run-report.ts'
import type { AttachRequest, WaitRequest } from './wait-request.ts'

export interface WaitDeps {
  now: Clock
  /** 0 to 1, for jitter. */
  random: () => number
  /** Undefined: long runs are switched off, nothing is watched or stored. */
  watching: WatchDeps | undefined
}

/**
 * @throws AppError: `not_found` for a run that does not exist or was deleted, `credentials_refused` and `forbidden`
 *   when the key may not read it, `cancelled` when the client left, and the error of the last observation when none
 *   succeeded in time.
 */
export async function waitForRun(request: WaitRequest, deps: WaitDeps): Promise<RunReport> {
  const startedMs = deps.now()
  const reportState = progressReporter(request.onProgress, startedMs, deps.now)
  const status = deps.watching
    ? await followWatch(request, deps.watching, startedMs, reportState)
    : await pollUnwatched(request, deps, reportState)
  return { ...status, run: request.run, waitedMs: deps.now() - startedMs }
}

/** Attaches once and reports, without holding the call: for a client that comes back by itself (a task). */
export async function reportRun(request: AttachRequest, deps: WatchDeps): Promise<RunReport> {
  const startedMs = deps.now()
  const found = await attachToWatch(request, startedMs, deps)
  return { ...statusOf(found), run: request.run, waitedMs: deps.now() - startedMs }
}
