/**
 * Fields of records that others send, as the type that we need. They may be missing, or of another type than
 * documented: an id sent as a number is still that id. Pure.
 */
import { ExactInteger } from './exact-integer.ts'

/** A text, or a number as its text; null for anything else. */
export function textOrNull(value: unknown): string | null {
  if (typeof value === 'string') return value
  const isNumber = (typeof value === 'number' && Number.isFinite(value)) || value instanceof ExactInteger
  return isNumber ? String(value) : null
}

/** An id: as `textOrNull`, but an empty text is none. */
export function idOrNull(value: unknown): string | null {
  const text = textOrNull(value)
  return text === null || text.trim() === '' ? null : text
}

/** A finite number, or a text that is one; null for anything else. */
export function numberOrNull(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  const isNumeric = value instanceof ExactInteger || (typeof value === 'string' && NUMBER.test(value.trim()))
  if (!isNumeric) return null
  const number = Number(String(value))
  return Number.isFinite(number) ? number : null
}

const NUMBER = /^-?\d{1,30}(\.\d{1,30})?$/

const DAY = String.raw`\d{4}-\d{2}-\d{2}`
const TIME = String.raw`\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?`
const TIMESTAMP = new RegExp(`^(${DAY})(?:[T ](${TIME}) ?(Z|UTC|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})?)?$`, 'i')
/** No run began before 2001-09-09; smaller numbers and Go's year 1 mean "not set". */
const EARLIEST_MS = 1_000_000_000_000

/**
 * A time in epoch ms; null for anything else, and for a time before this century ("not set"). Without a zone it is UTC,
 * whatever zone this machine is in. A number is epoch seconds or milliseconds.
 */
export function timeOrNull(value: unknown): number | null {
  const number = numberOrNull(value)
  const ms = number === null ? parseTimestamp(value) : number < EARLIEST_MS ? number * 1000 : number
  return Number.isFinite(ms) && ms >= EARLIEST_MS ? Math.round(ms) : null
}

function parseTimestamp(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  const [, day, time = '00:00', zone = 'Z'] = TIMESTAMP.exec(text) ?? []
  // Other forms (`Fri, 28 Nov 2026 09:00:00 GMT`) are taken only where they name their zone.
  if (day === undefined) return /(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
  const offset = /^(Z|UTC)$/i.test(zone)
    ? 'Z'
    : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  return Date.parse(`${day}T${time.replace(',', '.').replace(/(\.\d{3})\d+$/, '$1')}${offset}`)
}
