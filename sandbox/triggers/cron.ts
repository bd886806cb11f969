/** Cron expressions with five fields: minute, hour, day of month, month, day of week. */
import { civilTime, epochMs } from './time-zone.ts'

export interface Cron {
  minutes: number[]
  hours: number[]
  days: number[]
  months: number[]
  /** 0 is Sunday. */
  weekdays: number[]
  /** Where both are restricted, a day that fits either counts, as in cron. */
  restricts: { days: boolean; weekdays: boolean }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const DAY_MS = 86_400_000
/** Long enough for the 29th of February. */
const MAX_DAYS = 366 * 8

function fieldValue(text: string, names: string[], base: number): number {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + base
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
}

/** The values of a field, sorted; null when it is not valid. */
function parseField(text: string, from: number, to: number, names: string[] = []): number[] | null {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? []
    const [first = '', last] = range === '*' ? [String(from), String(to)] : range.split('-')
    const start = fieldValue(first, names, from)
    const end = last !== undefined ? fieldValue(last, names, from) : step === undefined ? start : to
    const by = Number(step ?? 1)
    if (!(start >= from && end <= to && start <= end && by >= 1)) return null
    for (let value = start; value <= end; value += by) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

/** Null when the expression is not valid. */
export function parseCron(expression: string): Cron | null {
  const fields = expression.trim().split(/\s+/)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  const minutes = parseField(minute, 0, 59)
  const hours = parseField(hour, 0, 23)
  const days = parseField(day, 1, 31)
  const months = parseField(month, 1, 12, MONTHS)
  const weekdays = parseField(weekday, 0, 7, WEEKDAYS)
  if (fields.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return null
  const isOpen = (text: string) => text.startsWith('*')
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: [...new Set(weekdays.map(value => value % 7))],
    restricts: { days: !isOpen(day), weekdays: !isOpen(weekday) },
  }
}

function fitsDay(cron: Cron, month: number, day: number, weekday: number): boolean {
  if (!cron.months.includes(month)) return false
  const [fitsDate, fitsWeekday] = [cron.days.includes(day), cron.weekdays.includes(weekday)]
  const { days, weekdays } = cron.restricts
  return days && weekdays ? fitsDate || fitsWeekday : fitsDate && fitsWeekday
}

/** The times after `afterMs` up to and with `untilMs`, at most `limit`, oldest first. */
export function cronTimes(
  cron: Cron,
  timeZone: string,
  afterMs: number,
  untilMs: number,
  limit: number,
): number[] {
  const times: number[] = []
  const first = civilTime(afterMs, timeZone)
  for (let i = 0; i < MAX_DAYS && times.length < limit; i += 1) {
    const date = new Date(Date.UTC(first.year, first.month - 1, first.day) + i * DAY_MS)
    const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    if (epochMs({ ...civil, hour: 0, minute: 0 }, timeZone) > untilMs) break
    if (!fitsDay(cron, civil.month, civil.day, date.getUTCDay())) continue
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const atMs = epochMs({ ...civil, hour, minute }, timeZone)
        if (atMs > afterMs && atMs <= untilMs && atMs !== times.at(-1)) times.push(atMs)
      }
    }
  }
  return times.slice(0, limit)
}
