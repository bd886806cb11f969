/**
 * Whether a failed call may be sent again, and after how long. Pure. Only reads, since a change may have taken effect,
 * and only errors that are temporary.
 */
import type { AppError } from '../shared/errors.ts'

const MAX_RETRIES = 2
const FIRST_WAIT_MS = 200

/**
 * @param attempt 0 for the first call that failed.
 * @param random 0 to 1, for jitter.
 * @returns milliseconds to wait, or undefined to give up. A 429 is never retried but passed on immediately.
 */
export function retryDelayMs(
  attempt: number,
  error: AppError,
  isSafeRead: boolean,
  random: number,
): number | undefined {
  if (!isSafeRead || attempt >= MAX_RETRIES || error.code !== 'upstream_unavailable') return undefined
  const status = error.details.upstreamStatus
  if (status !== undefined && ![502, 503, 504].includes(status)) return undefined
  const requestedMs = (error.details.retryAfterSeconds ?? 0) * 1000
  return Math.max(requestedMs, FIRST_WAIT_MS * 2 ** attempt * (0.5 + random))
}
