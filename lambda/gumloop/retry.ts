/**
 * Whether a failed call may be sent again, and after how long. Pure. Only reads, since a change may have taken effect,
 * and only errors that are temporary.
 */
import type { AppError } from '../shared/errors.ts'

const MAX_RETRIES = 2
const FIRST_WAIT_MS = 200
/** `Retry-After` is obeyed within the call up to this. */
const LONGEST_REQUESTED_MS = 2_000

/**
 * @param attempt 0 for the first call that failed.
 * @param random 0 to 1, for jitter.
 * @returns milliseconds to wait, or undefined to give up. A 429, and a 503 with a longer `Retry-After`, are passed on.
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
  // Whoever calls has better use for a longer time than to hold the call open.
  if (requestedMs > LONGEST_REQUESTED_MS) return undefined
  return Math.max(requestedMs, FIRST_WAIT_MS * 2 ** attempt * (0.5 + random))
}
