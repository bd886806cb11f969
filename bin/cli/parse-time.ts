/** Parses times and durations of options, and formats times for people. Pure. */
import { toTimestamp } from '../../lambda/shared/clock.ts'
import { usageFailure } from './cli-failure.ts'

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Seconds of `90m`, `12h`, `30d`, `2w`; undefined for anything else. */
export function parseDurationSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhdw])$/.exec(text.trim()) ?? []
  const unitSeconds = unit === undefined ? undefined : UNIT_SECONDS[unit]
  return count === undefined || unitSeconds === undefined ? undefined : Number(count) * unitSeconds
}

/** `--expires-at` as the API takes it: a timestamp, also for a date or a duration from now; null for `never`. */
export function parseExpiresAt(text: string, nowMs: number): string | null {
  if (text === 'never') return null
  const seconds = parseDurationSeconds(text)
  if (seconds !== undefined) {
    const ms = nowMs + seconds * 1000
    // Beyond the range of a date; the server rejects it with its own message.
    return ms < Date.UTC(9999, 0) ? toTimestamp(ms) : '9999-12-31T00:00:00Z'
  }
  const timestamp = parseTimestamp(text)
  if (timestamp !== undefined) return timestamp
  throw usageFailure(
    'Invalid --expires-at: use a date (2027-01-31), a timestamp, or a duration (30d, 12h).',
    'For no expiry, use never.',
  )
}

/** `--since` as the API takes it: a timestamp, also for a date or a duration before now. */
export function parseSince(text: string, nowMs: number): string {
  const seconds = parseDurationSeconds(text)
  if (seconds !== undefined) return toTimestamp(Math.max(0, nowMs - seconds * 1000))
  const timestamp = parseTimestamp(text)
  if (timestamp !== undefined) return timestamp
  throw usageFailure('Invalid --since: use a duration (15m, 12h, 7d), a date (2027-01-31), or a timestamp.')
}

/** A date (midnight UTC) or an RFC 3339 timestamp with its time zone; undefined for anything else. */
function parseTimestamp(text: string): string | undefined {
  const timestamp = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const isTimestamp = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/i.test(timestamp)
  return isTimestamp && !Number.isNaN(Date.parse(timestamp)) ? timestamp : undefined
}
