/** Formats times, and parses the choices of an expiry. Pure: `nowMs` is an argument. */

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `in 29 days`, `3 hours ago`, `just now`. */
export function relativeTime(timestamp: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(timestamp) - nowMs) / 1000)
  // Days only from two on, since "30 hours" is more precise than "1 day".
  const unit = UNITS.find(([name, size]) => Math.abs(seconds) >= size * (name === 'day' ? 2 : 1))
  if (unit === undefined) return seconds > 0 ? 'in under a minute' : 'just now'
  return relative.format(Math.round(seconds / unit[1]), unit[0])
}

/** In the user's time zone and locale, to the minute: `22 Nov 2026, 13:00`. */
export function localTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** Choices of an expiry: option value → label. */
export const EXPIRY_CHOICES = {
  '3600': 'in 1 hour',
  '86400': 'in 1 day',
  '604800': 'in 7 days',
  '2592000': 'in 30 days',
  '7776000': 'in 90 days',
  date: 'on a date…',
  never: 'never',
} as const

export type ExpiryChoice = keyof typeof EXPIRY_CHOICES

/** `expires_at` for a choice; undefined if the choice is a date and the date is missing or invalid. */
export function toExpiresAt(choice: ExpiryChoice, date: string, nowMs: number): string | null | undefined {
  if (choice === 'never') return null
  if (choice !== 'date') return wholeSeconds(nowMs + Number(choice) * 1000)
  const ms = Date.parse(date) // the field's value, `2027-01-31T12:00`, is in the user's time zone
  return Number.isNaN(ms) ? undefined : wholeSeconds(ms)
}

function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
