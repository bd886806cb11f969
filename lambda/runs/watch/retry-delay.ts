import { toAppError } from '../../shared/errors.ts'
import { pollIntervalSeconds } from './poll-interval.ts'

const TRANSIENT = new Set(['rate_limited', 'upstream_unavailable', 'upstream_timeout', 'upstream_invalid'])

/**
 * Milliseconds to wait after an observation that failed for the `failures`th time in a row.
 * @throws `error` itself when it is not transient.
 */
export function retryDelayMs(error: unknown, failures: number, random: number): number {
  const { code, details } = toAppError(error)
  if (!TRANSIENT.has(code)) throw error
  const { retryAfterSeconds } = details
  return pollIntervalSeconds({ ageMs: 0, random, failures, retryAfterSeconds }) * 1000
}
