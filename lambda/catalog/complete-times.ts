/**
 * Times in arguments, as people and models write them → RFC 3339 with a zone, as Gumloop takes them. What is not a time is
 * refused here, with an example: Gumloop would take `yesterday` for no limit at all, or fail. Pure.
 */
import { cutText } from '../shared/cut-text.ts'
import type { ErrorList } from '../shared/error-list.ts'

const DAY = String.raw`(\d{4})-(\d{2})-(\d{2})`
const CLOCK = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?`
const ZONE = String.raw`Z|UTC|GMT|[+-](?:[01]\d|2[0-3]):?(?:[0-5]\d)?`
const TIME = new RegExp(`^${DAY}(?:(?:T| +)${CLOCK} *(${ZONE})?)?$`, 'i')

/**
 * The arguments with every time completed: a date alone is its first second, or its last where the field ends a range;
 * a time without a zone is UTC.
 * @param fields of the operation that hold a time.
 * @param errors gets one error for each value that is not a time.
 */
export function completeTimes(
  args: Record<string, unknown>,
  fields: readonly string[],
  errors: ErrorList,
): Record<string, unknown> {
  const completed: Record<string, unknown> = {}
  for (const name of fields) {
    const value = args[name]
    if (typeof value !== 'string') continue
    const time = completeTime(value, name.startsWith('end_'))
    if (time !== undefined) completed[name] = time
    else
      errors.add(
        name,
        () =>
          `must be a date or a time such as 2026-11-28 or 2026-11-28T09:00:00Z, not ${JSON.stringify(cutText(value, 60))}`,
      )
  }
  return { ...args, ...completed }
}

/** RFC 3339; undefined for what is not a time, also for a day that no calendar has. */
function completeTime(text: string, isEnd: boolean): string | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction, zone = 'Z'] = TIME.exec(text.trim()) ?? []
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return undefined
  const date = `${year}-${month}-${day}`
  if (hour === undefined) return `${date}T${isEnd ? '23:59:59' : '00:00:00'}Z`
  const part = fraction === undefined ? '' : `.${fraction}`
  return `${date}T${hour}:${minute}:${second}${part}${offsetOf(zone)}`
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** `Z` or `±HH:MM`. */
function offsetOf(zone: string): string {
  if (/^[a-z]/i.test(zone)) return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}
