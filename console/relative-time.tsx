/** A time relative to now, with the exact time as its tooltip; null is shown as "never". */
import { relativeTime } from '../lambda/shared/relative-time.ts'
import { localTime } from './format-time.ts'

export function RelativeTime({ timestamp, nowMs }: { timestamp: string | null; nowMs: number }) {
  if (timestamp === null) return <span class="quiet">never</span>
  return (
    <time dateTime={timestamp} title={localTime(timestamp)}>
      {relativeTime(timestamp, nowMs)}
    </time>
  )
}
