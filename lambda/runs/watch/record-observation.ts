/** Records what a caller observed of a run, and has the turn polled where it goes on and nothing polls it. */
import type { Clock } from '../../shared/clock.ts'
import { describeCause } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import type { RunSnapshot } from '../observe/run-snapshot.ts'
import { type RunRef, watchIdOf } from '../run.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { PollScheduler } from './poll-scheduler.ts'
import type { Watch, WatchedTurn } from './watch.ts'
import {
  type Transition,
  transition,
  type WatchEventType,
  type WatchState,
  watchState,
} from './watch-machine.ts'
import type { WatchStore } from './watch-store.ts'

export interface RecordingDeps {
  watches: WatchStore
  scheduler: PollScheduler
  /** How long a turn may be watched. */
  watchLimitMs: number
  now: Clock
  /** 0 to 1, for jitter. */
  random: () => number
  logger: Logger
}

export interface Observation {
  run: RunRef
  snapshot: RunSnapshot
  /** The connector whose call observed the run. */
  connectorId: string
  /** True: something was sent to the run through this server since it was last observed. */
  isInvalidated: boolean
}

/** Gumloop's answers agree after this. */
const REPLICA_LAG_MS = 30_000

/** A turn as a caller finds it. */
export interface FoundWatch {
  watch: Watch
  /** True: a poller keeps the record current. False: the turn is over, or nobody but the caller polls it. */
  isPolled: boolean
}

/** @returns the turn as it was observed: over where the snapshot says so, whoever records that. */
export async function recordObservation(observation: Observation, deps: RecordingDeps): Promise<FoundWatch> {
  const { run, snapshot } = observation
  const watchId = watchIdOf(run, snapshot.turnId)
  const before = await deps.watches.get(watchId)
  const nowMs = deps.now()
  const type = callerEvent(watchState(before, nowMs), snapshot.isOver)
  if (before !== undefined && isOlderState(before, observation, nowMs))
    return { watch: before, isPolled: false }
  // A turn that was watched before began when it was first observed, unless the clock was wrong then.
  const beganAtMs = Math.min(before?.beganAtMs ?? nowMs, nowMs)
  const fresh = freshTurn(watchId, observation, { nowMs, beganAtMs }, deps)
  const isFresh = type === 'start' || type === 'finish'
  const turn = isFresh ? fresh : { ...fresh, ...before, state: snapshot.state, details: snapshot.details }
  const change = type === null ? null : transition(before, { type, turn }, nowMs)
  if (change?.effects.includes('startPoller')) return startWatch(change, snapshot.isOver, deps)
  // Should another writer have been faster, its record is the newer one.
  if (change !== null) await deps.watches.persist(change)
  const watch = change === null || snapshot.isOver ? asFinished(turn, nowMs) : change.after
  return { watch, isPolled: watch.outcome === null }
}

/**
 * True for a turn that was over just now and seems to go on, though nothing was sent to it: a replica of Gumloop's
 * has not seen the end yet.
 */
function isOlderState(
  { outcome, endedAtMs }: Watch,
  { snapshot, isInvalidated }: Observation,
  nowMs: number,
): boolean {
  if (outcome !== 'finished' || snapshot.isOver || isInvalidated || endedAtMs === null) return false
  return Math.abs(nowMs - endedAtMs) < REPLICA_LAG_MS
}

/** What a caller's observation does to a watch in that state. Null: it leaves the record alone. Pure. */
export function callerEvent(state: WatchState, isOver: boolean): WatchEventType | null {
  switch (state) {
    case 'watching':
      // Its poller records the end, so that the end and its event come from one writer.
      return isOver ? null : 'observe'
    case 'overdue':
      // Also for a run that is over: the new poller records the end and sends the event.
      return 'start'
    default:
      return isOver ? 'finish' : 'start'
  }
}

async function startWatch(change: Transition, isOver: boolean, deps: RecordingDeps): Promise<FoundWatch> {
  const { after } = change
  if (!(await deps.watches.persist(change))) {
    const other = await deps.watches.get(after.watchId)
    return other === undefined
      ? { watch: after, isPolled: false }
      : { watch: other, isPolled: other.outcome === null }
  }
  const isPolled = await startPoller(after, deps)
  return isOver ? { watch: asFinished(after, after.polledAtMs), isPolled: false } : { watch: after, isPolled }
}

/** A poller that cannot be started must not fail the wait: the caller polls, and the next caller tries again. */
async function startPoller(watch: Watch, deps: RecordingDeps): Promise<boolean> {
  const { watchId, attempt, deadlineMs, nextPollAtMs, polledAtMs } = watch
  const waitSeconds = Math.round((nextPollAtMs - polledAtMs) / 1000)
  try {
    await deps.scheduler.schedule({ watchId, attempt, deadlineMs, waitSeconds })
    return true
  } catch (error) {
    deps.logger.error('run_watch_not_started', { watch_id: watchId, reason: describeCause(error) })
    const overdue = transition(watch, { type: 'observe', turn: { ...watch, nextPollAtMs: 0 } }, polledAtMs)
    if (overdue) await deps.watches.persist(overdue).catch(() => undefined)
    return false
  }
}

/** The turn as first observed by this caller. */
function freshTurn(
  watchId: string,
  { run, snapshot, connectorId }: Observation,
  { nowMs, beganAtMs }: { nowMs: number; beganAtMs: number },
  deps: RecordingDeps,
): WatchedTurn {
  const waitSeconds = pollIntervalSeconds({ ageMs: nowMs - beganAtMs, random: deps.random() })
  return {
    watchId,
    run,
    turnId: snapshot.turnId,
    connectorId,
    state: snapshot.state,
    details: snapshot.details,
    beganAtMs,
    upstreamBeganAtMs: snapshot.beganAtMs,
    upstreamEndedAtMs: snapshot.endedAtMs,
    deadlineMs: nowMs + deps.watchLimitMs,
    polls: 0,
    failures: 0,
    doubt: null,
    nextPollAtMs: nowMs + waitSeconds * 1000,
    unsentEvents: [],
  }
}

function asFinished(turn: WatchedTurn & Partial<Watch>, nowMs: number): Watch {
  const { attempt = 1 } = turn
  return { ...turn, attempt, outcome: 'finished', polledAtMs: nowMs, endedAtMs: nowMs, event: null }
}
