/**
 * The life of a watch: its states, its events, and the one table of what each event does in each state. Pure: stores
 * only persist what `transition` returns, the poller and the callers carry out its effects. `docs/long-runs.md` shows
 * the table.
 */
import { toCompletionEvent } from './completion-event.ts'
import { LONGEST_INTERVAL_MS } from './poll-interval.ts'
import type { CompletionEvent, Watch, WatchedTurn, WatchOutcome } from './watch.ts'

/** `none`: this turn was never watched. `overdue`: its poller should have polled long ago and is considered dead. */
export type WatchState = 'none' | 'watching' | 'overdue' | WatchOutcome

/**
 * `start`: a caller observed a run that goes on and has no poller. `observe`: the run goes on, or a poll got no answer.
 * `finish`: the run was observed to be over. `supersede`: the session has a newer turn. `giveUp`: the deadline has
 * passed. `refuse`: the key may not read the run. `delete`: the run no longer exists.
 */
export type WatchEventType = 'start' | 'observe' | 'finish' | 'supersede' | 'giveUp' | 'refuse' | 'delete'

/** `persist`: write the watch. `startPoller`: have it polled. `sendEvent`: send `Gumloop Run Finished`. In this order. */
export type WatchEffect = 'persist' | 'startPoller' | 'sendEvent'

/** Null: the event means nothing in this state; nothing changes. */
type Cell = { next: 'watching' | WatchOutcome; effects: readonly WatchEffect[] } | null

const START: Cell = { next: 'watching', effects: ['persist', 'startPoller'] }
const OBSERVE: Cell = { next: 'watching', effects: ['persist'] }
/** It was over before anybody watched: something to remember, nobody to notify. */
const REMEMBER: Cell = { next: 'finished', effects: ['persist'] }
const FINISH: Cell = { next: 'finished', effects: ['persist', 'sendEvent'] }
const SUPERSEDE: Cell = { next: 'superseded', effects: ['persist', 'sendEvent'] }
const GIVE_UP: Cell = { next: 'gave_up', effects: ['persist', 'sendEvent'] }
const REFUSE: Cell = { next: 'refused', effects: ['persist', 'sendEvent'] }
const DELETE: Cell = { next: 'deleted', effects: ['persist', 'sendEvent'] }

/** State, then event. An ended turn can be started again: its session went on, or a lost key may read it again. */
// biome-ignore format: a table
export const TRANSITIONS: Record<WatchState, Record<WatchEventType, Cell>> = {
  none:       { start: START, observe: null,    finish: REMEMBER, supersede: null,      giveUp: null,    refuse: null,   delete: null },
  watching:   { start: null,  observe: OBSERVE, finish: FINISH,   supersede: SUPERSEDE, giveUp: GIVE_UP, refuse: REFUSE, delete: DELETE },
  overdue:    { start: START, observe: OBSERVE, finish: FINISH,   supersede: SUPERSEDE, giveUp: GIVE_UP, refuse: REFUSE, delete: DELETE },
  finished:   { start: START, observe: null,    finish: null,     supersede: null,      giveUp: null,    refuse: null,   delete: null },
  superseded: { start: START, observe: null,    finish: REMEMBER, supersede: null,      giveUp: null,    refuse: null,   delete: null },
  gave_up:    { start: START, observe: null,    finish: REMEMBER, supersede: null,      giveUp: null,    refuse: null,   delete: null },
  refused:    { start: START, observe: null,    finish: REMEMBER, supersede: null,      giveUp: null,    refuse: null,   delete: null },
  deleted:    { start: START, observe: null,    finish: REMEMBER, supersede: null,      giveUp: null,    refuse: null,   delete: null },
}

/** A poller that is this late has died: a cold start and the retries of the state machine fit in. */
export const OVERDUE_AFTER_MS = 120_000

/** @param watch undefined: the turn was never watched. */
export function watchState(watch: Watch | undefined, nowMs: number): WatchState {
  if (watch === undefined) return 'none'
  if (watch.outcome !== null) return watch.outcome
  const isLate = nowMs > watch.nextPollAtMs + OVERDUE_AFTER_MS
  // Written by a clock that was wrong: no poll is planned so far ahead.
  const isBeyond = watch.nextPollAtMs > nowMs + LONGEST_INTERVAL_MS + OVERDUE_AFTER_MS
  return isLate || isBeyond ? 'overdue' : 'watching'
}

export interface WatchEvent {
  type: WatchEventType
  /** The turn as it is known now. */
  turn: WatchedTurn
}

export interface Transition {
  /** What `after` replaces; undefined: nothing. Writing `after` is conditional on it. */
  before: Watch | undefined
  after: Watch
  effects: readonly WatchEffect[]
}

/** What `event` does to the watch `before`; null: nothing. */
export function transition(before: Watch | undefined, event: WatchEvent, nowMs: number): Transition | null {
  const cell = TRANSITIONS[watchState(before, nowMs)][event.type]
  if (cell === null) return null
  const { next, effects } = cell
  const isStart = event.type === 'start'
  const isPolled = before !== undefined && before.outcome === null && !isStart
  const isEnd = next !== 'watching'
  // An end whose event has yet to be sent is replaced only by an attempt whose poller sends it.
  const isOwed = !isPolled && before !== undefined && before.event === 'pending'
  if (isOwed && !effects.includes('startPoller')) return null
  const after: Watch = {
    ...event.turn,
    // A start and an end that no poller observed take the place of what was recorded before.
    attempt: isPolled ? before.attempt : (before?.attempt ?? 0) + 1,
    outcome: isEnd ? next : null,
    polledAtMs: nowMs,
    endedAtMs: isEnd ? nowMs : null,
    event: effects.includes('sendEvent') ? 'pending' : null,
    unsentEvents: isPolled ? event.turn.unsentEvents : unsentEventsOf(before),
  }
  return { before, after, effects }
}

function unsentEventsOf(before: Watch | undefined): CompletionEvent[] {
  if (before === undefined) return []
  const { unsentEvents, event } = before
  return event === 'pending' ? [...unsentEvents, toCompletionEvent(before)] : unsentEvents
}
