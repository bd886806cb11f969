/** What the answer to one poll means for the watch of the turn. Pure. */
import type { AppError } from '../../shared/errors.ts'
import { NO_TURN, type RunSnapshot } from '../observe/run-snapshot.ts'
import { isQueued } from '../observe/run-state.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import { DOUBTFUL_CODES, type Doubt, type Watch, type WatchedTurn } from './watch.ts'
import type { WatchEvent } from './watch-machine.ts'

/** So often in a row, over so long, an error that ends a watch is answered before it is believed. */
const BELIEVED_COUNT = 3
const BELIEVED_AFTER_MS = 8_000
/** Until then it is asked again this soon, however old the run is. */
const DOUBT_SECONDS = 5

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
  const { state, details } = newerOf(watch, snapshot)
  const times = { upstreamBeganAtMs: snapshot.beganAtMs, upstreamEndedAtMs: snapshot.endedAtMs }
  const turn = { ...polled, ...times, state, details, failures: 0, doubt: null }
  return snapshot.isOver ? { type: 'finish', turn } : pollAgain(turn, time)
}

/** A replica of Gumloop's may answer with an older state than another one before: within a turn, none becomes queued again. */
function newerOf(watch: Watch, snapshot: RunSnapshot): Pick<RunSnapshot, 'state' | 'details'> {
  return isQueued(snapshot.state) && watch.state !== null && !isQueued(watch.state) ? watch : snapshot
}

/** After a poll that got no answer. */
export function failureEvent(watch: Watch, error: AppError, time: PollTime): WatchEvent {
  const doubt = doubtAfter(watch, error, time.nowMs)
  const turn = { ...watch, polls: watch.polls + 1, failures: watch.failures + 1, doubt }
  if (doubt?.code !== error.code) return pollAgain(turn, time, error.details.retryAfterSeconds)
  const isBelieved = doubt.count >= BELIEVED_COUNT && time.nowMs - doubt.sinceMs >= BELIEVED_AFTER_MS
  if (isBelieved) return { type: doubt.code === 'not_found' ? 'delete' : 'refuse', turn }
  return { type: 'observe', turn: { ...turn, nextPollAtMs: time.nowMs + DOUBT_SECONDS * 1000 } }
}

/** An error of another kind, such as an outage, says nothing about a doubt. */
function doubtAfter({ doubt }: Watch, { code }: AppError, nowMs: number): Doubt | null {
  const doubtful = DOUBTFUL_CODES.find(one => one === code)
  if (doubtful === undefined) return doubt
  return doubt?.code === doubtful
    ? { ...doubt, count: doubt.count + 1 }
    : { code: doubtful, sinceMs: nowMs, count: 1 }
}

function pollAgain(turn: WatchedTurn, { nowMs, random }: PollTime, retryAfterSeconds?: number): WatchEvent {
  const { beganAtMs, failures } = turn
  const seconds = pollIntervalSeconds({ ageMs: nowMs - beganAtMs, random, failures, retryAfterSeconds })
  return { type: 'observe', turn: { ...turn, nextPollAtMs: nowMs + seconds * 1000 } }
}
