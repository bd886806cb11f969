import { type ErrorCode, toAppError } from '../../shared/errors.ts'
import { pollIntervalSeconds } from './poll-interval.ts'

/** Errors after which the same observation may succeed. */
export const TRANSIENT_CODES = [
  'rate_limited',
  'upstream_unavailable',
  'upstream_timeout',
  'upstream_invalid',
] as const satisfies readonly ErrorCode[]

export function isTransient(code: ErrorCode): boolean {
  return TRANSIENT_CODES.some(one => one === code)
}

/**
 * Milliseconds to wait after an observation that failed for the `failures`th time in a row.
 * @throws `error` itself when it is not transient.
 */
export function retryDelayMs(error: unknown, failures: number, random: number): number {
  const { code, details } = toAppError(error)
  if (!isTransient(code)) throw error
  const { retryAfterSeconds } = details
  return pollIntervalSeconds({ ageMs: 0, random, failures, retryAfterSeconds }) * 1000
}
