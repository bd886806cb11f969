/** When a waiting call notifies its client: at each change of state, and regularly in between, so that it does not give up. */
import type { Clock } from '../../shared/clock.ts'

export interface WaitProgress {
  state: string | null
  elapsedMs: number
}

export type ReportState = (state: string | null) => void

const NOTIFY_EVERY_MS = 5000

/** @returns to be called with the state at each observation. */
export function progressReporter(
  onProgress: ((progress: WaitProgress) => void) | undefined,
  startedMs: number,
  now: Clock,
): ReportState {
  let lastState: string | null | undefined
  let lastMs = 0
  return state => {
    const nowMs = now()
    if (state === lastState && nowMs - lastMs < NOTIFY_EVERY_MS) return
    lastState = state
    lastMs = nowMs
    onProgress?.({ state, elapsedMs: nowMs - startedMs })
  }
}
