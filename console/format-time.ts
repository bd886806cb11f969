/** Formats times, and parses the choices of an expiry. Pure: `nowMs` is an argument. */
import { toTimestamp } from '../lambda/shared/clock.ts'

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
  if (choice !== 'date') return toTimestamp(nowMs + Number(choice) * 1000)
  const ms = Date.parse(date) // the field's value, `2027-01-31T12:00`, is in the user's time zone
  return Number.isNaN(ms) ? undefined : toTimestamp(ms)
}
