/** Civil time in a time zone, from the zone data that comes with Node. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError for an unknown zone */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

export interface CivilTime {
  year: number
  /** From 1. */
  month: number
  day: number
  hour: number
  minute: number
}

/** The civil time as if it were UTC, in epoch milliseconds; seconds are dropped. */
const asUtcMs = ({ year, month, day, hour, minute }: CivilTime) =>
  Date.UTC(year, month - 1, day, hour, minute)

export function civilTime(atMs: number, timeZone: string): CivilTime {
  const parts = formatOf(timeZone).formatToParts(new Date(atMs))
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find(entry => entry.type === type)?.value ?? Number.NaN)
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}

/** When it is this civil time there. A time that the clock skips is read with the offset before the change. */
export function epochMs(civil: CivilTime, timeZone: string): number {
  const wantedMs = asUtcMs(civil)
  const offsetMs = (atMs: number) => asUtcMs(civilTime(atMs, timeZone)) - atMs
  const firstMs = wantedMs - offsetMs(wantedMs)
  return wantedMs - offsetMs(firstMs)
}
