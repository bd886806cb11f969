/** When to come back: Gumloop's headers on waiting and limits, which it does not document. Pure. */
import { timeOrNull } from '../shared/wire-value.ts'

/**
 * Gumloop's rate-limit headers, under the names of the IETF draft (`ratelimit-limit`, `-remaining`, `-reset`).
 * Gumloop documents no such header: those that are present are passed on.
 */
export interface RateLimit {
  /** Seconds to wait, from `Retry-After` (seconds or HTTP date). */
  retryAfterSeconds?: number
  /** Headers for our own HTTP response. */
  headers: Record<string, string>
}

/** Longer waits are capped to a day. */
const MAX_WAIT_SECONDS = 86_400

export function readRateLimit(headers: Record<string, string>, nowMs = Date.now()): RateLimit {
  const combined = combinedFields(headers.ratelimit)
  const out: Record<string, string> = {}
  for (const name of ['limit', 'remaining', 'reset']) {
    const value =
      headers[`ratelimit-${name}`] ??
      headers[`x-ratelimit-${name}`] ??
      headers[`x-rate-limit-${name}`] ??
      combined[name]
    if (value !== undefined && /^[\w ;=,.:+"-]{1,100}$/.test(value))
      out[`ratelimit-${name}`] = name === 'reset' ? toDelta(value, nowMs) : value
  }
  const retryAfterSeconds =
    parseRetryAfter(headers['retry-after'], nowMs) ?? exhaustedUntil(out['ratelimit-reset'], out)
  if (retryAfterSeconds !== undefined) {
    out['ratelimit-reset'] ??= String(retryAfterSeconds)
    out['ratelimit-remaining'] ??= '0'
  }
  return retryAfterSeconds === undefined ? { headers: out } : { headers: out, retryAfterSeconds }
}

/** Whole seconds to wait, rounded up so that nobody comes back too early; undefined for what is no wait. */
export function waitSeconds(seconds: number | undefined): number | undefined {
  if (seconds === undefined || !Number.isFinite(seconds)) return undefined
  return Math.min(MAX_WAIT_SECONDS, Math.max(0, Math.ceil(seconds)))
}

/** `Retry-After`: seconds, with a fraction from some services, or an HTTP date, which is in GMT whether it says so or not. */
function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,12}(\.\d{1,12})?$/.test(text)) return waitSeconds(Number(text))
  const untilMs = timeOrNull(text) ?? timeOrNull(`${text} GMT`)
  return untilMs === null ? undefined : waitSeconds((untilMs - nowMs) / 1000)
}

/** The time until the limit is reset, where nothing is left of it. */
function exhaustedUntil(reset: string | undefined, out: Record<string, string>): number | undefined {
  const remaining = out['ratelimit-remaining']
  if (reset === undefined || !/^\d{1,12}$/.test(reset)) return undefined
  return remaining === undefined || Number(remaining) === 0 ? waitSeconds(Number(reset)) : undefined
}

/** `RateLimit: limit=100, remaining=0, reset=30`, and `"default";r=0;t=30` of the later drafts. */
function combinedFields(header: string | undefined): Record<string, string | undefined> {
  const fields: Record<string, string> = {}
  for (const [, name = '', value = ''] of (header ?? '')
    .slice(0, 500)
    .matchAll(/([a-z]{1,20})=(\d{1,12})/gi)) {
    const known = COMBINED[name.toLowerCase()]
    if (known !== undefined) fields[known] ??= value
  }
  return fields
}

const COMBINED: Record<string, string | undefined> = {
  limit: 'limit',
  remaining: 'remaining',
  r: 'remaining',
  reset: 'reset',
  t: 'reset',
}

/** `ratelimit-reset` is whole seconds from now; many services send an epoch time, a fraction or a date instead. */
function toDelta(value: string, nowMs: number): string {
  const number = Number(value)
  if (Number.isFinite(number) && number < 1_000_000_000) return String(Math.max(0, Math.ceil(number)))
  const untilMs = timeOrNull(value)
  return untilMs === null ? value : String(Math.max(0, Math.ceil((untilMs - nowMs) / 1000)))
}
