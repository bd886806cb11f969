/** Milliseconds since the epoch. Passed in wherever time matters, so that tests control it. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Epoch milliseconds as RFC 3339 in UTC, whole seconds: `2026-11-22T15:04:05Z`. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
