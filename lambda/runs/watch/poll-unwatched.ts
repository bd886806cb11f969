/** Waits for a run that nobody watches: the caller polls Gumloop itself, at the poller's intervals. */
import type { Clock } from '../../shared/clock.ts'
import { observeRun } from '../observe/observe-run.ts'
import type { RunSnapshot } from '../observe/run-snapshot.ts'
import { pause } from './pause.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { ReportState } from './progress-reporter.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { RunStatus } from './run-report.ts'
import type { WaitRequest } from './wait-request.ts'

/**
 * @param lastStatus what was known of the run before; returned when no poll succeeds in time.
 * @throws AppError of the last poll when none succeeded in time and nothing was known before.
 */
export async function pollUnwatched(
  request: WaitRequest,
  { now, random }: { now: Clock; random: () => number },
  reportState: ReportState,
  lastStatus?: RunStatus,
): Promise<RunStatus> {
  const { run, operation, untilMs, signal } = request
  const firstMs = now()
  let status = lastStatus
  for (let failures = 0; ; ) {
    let delayMs: number
    try {
      const snapshot = await observeRun(run, operation)
      failures = 0
      reportState(snapshot.state)
      status = statusOfSnapshot(snapshot)
      const leftMs = untilMs - now()
      if (snapshot.isOver || snapshot.needsApproval || leftMs <= 0) return status
      const ageMs = now() - firstMs
      // The last poll falls on the end of the wait, so that the answer is as fresh as can be.
      delayMs = Math.min(pollIntervalSeconds({ ageMs, random: random() }) * 1000, leftMs)
    } catch (error) {
      delayMs = retryDelayMs(error, ++failures, random())
      if (now() + delayMs >= untilMs) {
        if (status) return status
        throw error
      }
    }
    await pause(delayMs, signal)
  }
}

function statusOfSnapshot({ state, details, isOver }: RunSnapshot): RunStatus {
  return { state, details, outcome: isOver ? 'finished' : null, isWatched: false }
}
