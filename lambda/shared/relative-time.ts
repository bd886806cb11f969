/** Times relative to now, for the command line and the web console. Pure. */

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** `in 29 days`, `3 hours ago`, `just now`. Days only from two on, since "30 hours" is more precise than "1 day". */
export function relativeTime(timestamp: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(timestamp) - nowMs) / 1000)
  const unit = UNITS.find(([name, size]) => Math.abs(seconds) >= size * (name === 'day' ? 2 : 1))
  if (unit === undefined) return seconds > 0 ? 'in under a minute' : 'just now'
  return format.format(Math.round(seconds / unit[1]), unit[0])
}
