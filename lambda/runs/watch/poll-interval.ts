/**
 * How long to leave a run alone between two looks at it. Pure. Gumloop pushes nothing, so the watcher asks: often while
 * a run is young, ever less as it ages, so that an end is noticed within a tenth of the run's length.
 */
const AGE_SHARE = 0.1
const SHORTEST_SECONDS = 1
const LONGEST_SECONDS = 15
const OLD_AGE_MS = 3_600_000
const OLD_AGE_SECONDS = 60
/** Part of the wait that chance may take away, so that the watchers of many runs do not ask all at once. */
const JITTER_SHARE = 0.1
/** What Gumloop asks for is honoured up to this: beyond it the answer is more likely a mistake than a wish. */
const LONGEST_ASKED_SECONDS = 900
const LONGEST_AFTER_FAILURES_SECONDS = 60

export interface CadenceInput {
  /** Milliseconds since the turn began. */
  ageMs: number
  /** 0 to 1. */
  random: number
  /** Looks in a row that got no answer; 0 after one that did. */
  failures?: number
  /** `Retry-After` of the last answer. */
  retryAfterSeconds?: number | undefined
}

/** Whole seconds until the next look: Step Functions waits in nothing smaller. */
export function pollIntervalSeconds({
  ageMs,
  random,
  failures = 0,
  retryAfterSeconds = 0,
}: CadenceInput): number {
  const byAge =
    ageMs >= OLD_AGE_MS
      ? OLD_AGE_SECONDS
      : Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, (ageMs / 1000) * AGE_SHARE))
  const byFailures = failures === 0 ? 0 : Math.min(LONGEST_AFTER_FAILURES_SECONDS, 2 ** Math.min(failures, 6))
  const jittered = Math.max(byAge, byFailures) * (1 - JITTER_SHARE * random)
  const asked = Math.min(LONGEST_ASKED_SECONDS, Math.ceil(retryAfterSeconds))
  return Math.max(SHORTEST_SECONDS, Math.floor(jittered), asked)
}

/** The fewest seconds that can lie between two looks at a run of that age: what a limit on looks has to reckon with. */
export function shortestPollIntervalSeconds(ageMs: number): number {
  return pollIntervalSeconds({ ageMs, random: 1 })
}
