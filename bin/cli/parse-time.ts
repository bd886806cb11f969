/** Moments and durations as people type them. Pure. */
import { toTimestamp } from '../../lambda/shared/clock.ts'
import { usageFailure } from './cli-failure.ts'

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Seconds of `90m`, `12h`, `30d`, `2w`; undefined for anything else. */
export function parseDurationSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhdw])$/.exec(text.trim()) ?? []
  const unitSeconds = unit === undefined ? undefined : UNIT_SECONDS[unit]
  return count === undefined || unitSeconds === undefined ? undefined : Number(count) * unitSeconds
}

/** `--expires-at` as the API wants it: a time as it stands, a duration from now on, null for `never`. */
export function parseExpiresAt(text: string, nowMs: number): string | null {
  if (text === 'never') return null
  const seconds = parseDurationSeconds(text)
  if (seconds !== undefined) {
    const ms = nowMs + seconds * 1000
    // Past what a date can hold the server's own words about the far future do.
    return ms < Date.UTC(9999, 0) ? toTimestamp(ms) : '9999-12-31T00:00:00Z'
  }
  if (Number.isNaN(Date.parse(text))) {
    throw usageFailure(`--expires-at ${text} is no moment.`, 'Use 30d, 12h, 2027-01-31T12:00:00Z, or never.')
  }
  return text
}

/** `--since` as the API wants it: a time as it stands, a duration back from now. */
export function parseSince(text: string, nowMs: number): string {
  const seconds = parseDurationSeconds(text)
  if (seconds !== undefined) return toTimestamp(Math.max(0, nowMs - seconds * 1000))
  if (Number.isNaN(Date.parse(text))) {
    throw usageFailure(`--since ${text} is no moment.`, 'Use 15m, 12h, 7d, or 2027-01-31T12:00:00Z.')
  }
  return text
}

/** A time to come or past in words: `in 29 days`, `3 hours ago`. */
export function relativeTime(timestamp: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(timestamp) - nowMs) / 1000)
  const [size, name] = unitFor(Math.abs(seconds))
  const count = Math.round(Math.abs(seconds) / size)
  if (Math.abs(seconds) < 60) return seconds > 0 ? 'in under a minute' : 'just now'
  const words = `${count} ${name}${count === 1 ? '' : 's'}`
  return seconds > 0 ? `in ${words}` : `${words} ago`
}

function unitFor(seconds: number): [number, string] {
  if (seconds < 3_600) return [60, 'minute']
  if (seconds < 2 * 86_400) return [3_600, 'hour']
  return [86_400, 'day']
}
