/**
 * How long to wait between two polls of a run. Pure. Gumloop pushes nothing, so the poller polls often while a run is
 * young and less as it ages: an end is noticed within a tenth of the run's length.
 */
const AGE_SHARE = 0.1
const SHORTEST_SECONDS = 1
const LONGEST_SECONDS = 15
const OLD_AGE_MS = 3_600_000
const OLD_AGE_SECONDS = 60
/** Part of the interval that chance may take away, so that the pollers of many runs do not poll all at once. */
const JITTER_SHARE = 0.1
/** `Retry-After` is obeyed up to this: a longer one is more likely a mistake. */
const LONGEST_RETRY_AFTER_SECONDS = 900
const LONGEST_AFTER_FAILURES_SECONDS = 60
/** No poll is further ahead than this. */
export const LONGEST_INTERVAL_MS = LONGEST_RETRY_AFTER_SECONDS * 1000

export interface PollIntervalInput {
  /** Milliseconds since the turn began. */
  ageMs: number
  /** 0 to 1. */
  random: number
  /** Polls in a row that got no answer; 0 after one that did. */
  failures?: number
  /** `Retry-After` of the last answer. */
  retryAfterSeconds?: number | undefined
}

/** Whole seconds until the next poll: Step Functions waits in nothing smaller. */
export function pollIntervalSeconds({
  ageMs,
  random,
  failures = 0,
  retryAfterSeconds = 0,
}: PollIntervalInput): number {
  const byAge =
    ageMs >= OLD_AGE_MS
      ? OLD_AGE_SECONDS
      : Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, (ageMs / 1000) * AGE_SHARE))
  const byFailures = failures === 0 ? 0 : Math.min(LONGEST_AFTER_FAILURES_SECONDS, 2 ** Math.min(failures, 6))
  const withJitter = Math.max(byAge, byFailures) * (1 - JITTER_SHARE * random)
  const byRetryAfter = Math.min(LONGEST_RETRY_AFTER_SECONDS, Math.ceil(retryAfterSeconds))
  return Math.max(SHORTEST_SECONDS, Math.floor(withJitter), byRetryAfter)
}

/** The shortest possible interval at that age: what a limit on the number of polls has to allow for. */
export function shortestPollIntervalSeconds(ageMs: number): number {
  return pollIntervalSeconds({ ageMs, random: 1 })
}
