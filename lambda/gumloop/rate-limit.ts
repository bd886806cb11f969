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
  const retryAfterSeconds = parseRetryAfter(headers['retry-after'], nowMs)
  const out: Record<string, string> = {}
  for (const name of ['limit', 'remaining', 'reset']) {
    const value =
      headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`] ?? headers[`x-rate-limit-${name}`]
    if (value !== undefined && /^[\w ;=,."-]{1,100}$/.test(value))
      out[`ratelimit-${name}`] = name === 'reset' ? toDelta(value, nowMs) : value
  }
  if (retryAfterSeconds !== undefined) {
    out['ratelimit-reset'] ??= String(retryAfterSeconds)
    out['ratelimit-remaining'] ??= '0'
  }
  return retryAfterSeconds === undefined ? { headers: out } : { headers: out, retryAfterSeconds }
}

function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - nowMs) / 1000
  if (!Number.isFinite(seconds)) return undefined
  return Math.min(MAX_WAIT_SECONDS, Math.max(0, Math.ceil(seconds)))
}

/** `ratelimit-reset` is seconds from now; many services send an epoch time instead. */
function toDelta(value: string, nowMs: number): string {
  const number = Number(value)
  if (!Number.isFinite(number) || number < 1_000_000_000) return value
  const epochMs = number > 1_000_000_000_000 ? number : number * 1000
  return String(Math.max(0, Math.ceil((epochMs - nowMs) / 1000)))
}
