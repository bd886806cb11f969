/** What the answer to one poll means for the watch of the turn. Pure. */
import type { AppError } from '../../shared/errors.ts'
import { NO_TURN, type RunSnapshot } from '../observe/run-snapshot.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { Watch, WatchedTurn } from './watch.ts'
import type { WatchEvent, WatchEventType } from './watch-machine.ts'

/** A run that was only just started may not be found at once: Gumloop is consistent only after a while. */
const YOUNG_MS = 30_000
/** An error that is no 404 ends a watch only when it is repeated. */
const CONFIRMING_FAILURES = 3

export interface PollTime {
  nowMs: number
  /** 0 to 1, for jitter. */
  random: number
}

/** After a poll that showed the run. */
export function snapshotEvent(watch: Watch, snapshot: RunSnapshot, time: PollTime): WatchEvent {
  const polled = { ...watch, polls: watch.polls + 1 }
  // Messages that are missing from one answer are no sign of a newer one.
  const isNewer = snapshot.turnId !== watch.turnId && snapshot.turnId !== NO_TURN
  if (isNewer) return { type: 'supersede', turn: polled }
  const { state, details } = snapshot
  const turn = { ...polled, state, details, failures: 0 }
  return snapshot.isOver ? { type: 'finish', turn } : pollAgain(turn, time)
}

/** After a poll that got no answer. */
export function failureEvent(watch: Watch, error: AppError, time: PollTime): WatchEvent {
  const turn = { ...watch, polls: watch.polls + 1, failures: watch.failures + 1 }
  const type = typeOfFailure(error, turn.failures, time.nowMs - watch.beganAtMs)
  return type === 'observe' ? pollAgain(turn, time, error.details.retryAfterSeconds) : { type, turn }
}

function typeOfFailure(error: AppError, failures: number, ageMs: number): WatchEventType {
  switch (error.code) {
    case 'not_found':
      return ageMs >= YOUNG_MS || failures >= CONFIRMING_FAILURES ? 'delete' : 'observe'
    case 'credentials_refused':
    case 'account_not_configured':
      return 'refuse'
    case 'forbidden':
    case 'upstream_rejected':
    case 'invalid_arguments':
      return failures >= CONFIRMING_FAILURES ? 'refuse' : 'observe'
    default:
      return 'observe'
  }
}

function pollAgain(turn: WatchedTurn, { nowMs, random }: PollTime, retryAfterSeconds?: number): WatchEvent {
  const { beganAtMs, failures } = turn
  const seconds = pollIntervalSeconds({ ageMs: nowMs - beganAtMs, random, failures, retryAfterSeconds })
  return { type: 'observe', turn: { ...turn, nextPollAtMs: nowMs + seconds * 1000 } }
}
