/**
 * One poll of a watched run: observe it, record what that means, say when to poll again. The Lambda task of the state
 * machine and the local scheduler both call this, and nothing else ends the watch of a turn that is watched.
 */
import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { type AppError, describeCause, toAppError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { observeRun } from '../observe/observe-run.ts'
import type { RunSnapshot } from '../observe/run-snapshot.ts'
import type { RunRef } from '../run.ts'
import { toCompletionEvent } from './completion-event.ts'
import { failureEvent, snapshotEvent } from './poll-event.ts'
import type { CompletionEvent, Watch } from './watch.ts'
import { transition, type WatchEvent } from './watch-machine.ts'
import type { WatchStore } from './watch-store.ts'

/** What the poller is called with; nothing of it is secret. */
export interface PollInput {
  watch_id: string
  attempt: number
}

export interface PollResult {
  /** True: there is nothing more to poll for this attempt. */
  is_over: boolean
  /** Whole seconds until the next poll; 0 when there is none. */
  wait_seconds: number
}

export interface PollDeps {
  watches: WatchStore
  /**
   * Gumloop's operations with the key of the run's account, each within the deadline of one poll. Throws
   * `account_not_configured` when the account has no credentials, or those of another owner.
   */
  operation: (run: RunRef) => Promise<Operation>
  /** Throws when the event could not be sent; it is sent again at the next poll. */
  sendEvent: (event: CompletionEvent) => Promise<void>
  /** Ends of before this time whose event nobody has sent. Absent: they are found in another way. */
  unsentEnds?: (endedBeforeMs: number) => Promise<Watch[]>
  /** Called when Gumloop has refused an account's key repeatedly, over some seconds. */
  onCredentialsRefused?: (accountId: string) => Promise<void>
  /** Called when a key works that may have been refused before. */
  onCredentialsAccepted?: (accountId: string) => Promise<void>
  now: Clock
  /** 0 to 1. */
  random: () => number
  logger: Logger
}

const OVER: PollResult = { is_over: true, wait_seconds: 0 }
/** Longer than a poller retries by itself in a row. */
const FORGOTTEN_AFTER_MS = 120_000
/** Longer than sending an event takes. */
const UNTIL_SENT: PollResult = { is_over: false, wait_seconds: 5 }

/** @throws when the table cannot be read or written, or the event cannot be sent: the caller polls again later. */
export async function pollRun(input: PollInput, deps: PollDeps): Promise<PollResult> {
  const stored = await deps.watches.get(input.watch_id)
  if (stored === undefined || stored.attempt !== input.attempt) return OVER
  for (const event of stored.unsentEvents) await deps.sendEvent(event)
  if (stored.outcome !== null) {
    if (stored.event === 'pending') await sendEvent(stored, deps)
    return OVER
  }
  const watch = { ...stored, unsentEvents: [] }
  const isPastDeadline = deps.now() >= watch.deadlineMs
  return record(watch, isPastDeadline ? { type: 'giveUp', turn: watch } : await observe(watch, deps), deps)
}

async function observe(watch: Watch, deps: PollDeps): Promise<WatchEvent> {
  let snapshot: RunSnapshot
  try {
    snapshot = await observeRun(watch.run, await deps.operation(watch.run))
  } catch (error) {
    const appError = toAppError(error)
    // The server stops: that is no answer of Gumloop's.
    if (appError.code === 'cancelled') throw appError
    reportFailure(watch, appError, deps)
    const event = failureEvent(watch, appError, { nowMs: deps.now(), random: deps.random() })
    // The administrator's list shows it; that this could not be recorded is no reason to lose the end.
    if (event.type === 'refuse' && appError.code === 'credentials_refused')
      await deps.onCredentialsRefused?.(watch.run.accountId).catch(() => undefined)
    return event
  }
  const event = snapshotEvent(watch, snapshot, { nowMs: deps.now(), random: deps.random() })
  if (event.type === 'finish' || watch.doubt?.code === 'credentials_refused')
    await deps.onCredentialsAccepted?.(watch.run.accountId).catch(() => undefined)
  return event
}

function reportFailure({ watchId, run, failures }: Watch, error: AppError, deps: PollDeps) {
  deps.logger.warn('run_observation_failed', {
    watch_id: watchId,
    account_id: run.accountId,
    code: error.code,
    upstream_status: error.details.upstreamStatus,
    failures: failures + 1,
  })
}

async function record(watch: Watch, event: WatchEvent, deps: PollDeps): Promise<PollResult> {
  const change = transition(watch, event, deps.now())
  if (change === null) return OVER
  if (!(await deps.watches.persist(change))) {
    // Another poll of this attempt has recorded the end and is sending the event; should it die, the next one does.
    const stored = await deps.watches.get(watch.watchId)
    return stored?.attempt === watch.attempt && stored.event === 'pending' ? UNTIL_SENT : OVER
  }
  const { after, effects } = change
  if (after.outcome === null) {
    return { is_over: false, wait_seconds: Math.round((after.nextPollAtMs - after.polledAtMs) / 1000) }
  }
  deps.logger.info('run_watch_ended', {
    watch_id: after.watchId,
    account_id: after.run.accountId,
    kind: after.run.kind,
    state: after.state,
    outcome: after.outcome,
    polls: after.polls,
    age_ms: after.polledAtMs - after.beganAtMs,
  })
  if (effects.includes('sendEvent')) await sendEvent(after, deps)
  await sendForgotten(deps)
  return OVER
}

/** Sends the events of other ends whose own poller is gone. Each end of a run does this, so that none waits for ever. */
async function sendForgotten(deps: PollDeps): Promise<void> {
  try {
    const ends = await deps.unsentEnds?.(deps.now() - FORGOTTEN_AFTER_MS)
    for (const watch of ends ?? []) await sendEvent(watch, deps)
  } catch (error) {
    deps.logger.warn('unsent_events_not_sent', { reason: describeCause(error) })
  }
}

/** A crash between sending and recording that sends the event twice, with the same `id`. */
async function sendEvent(watch: Watch, deps: PollDeps): Promise<void> {
  await deps.sendEvent(toCompletionEvent(watch))
  await deps.watches.markEventSent(watch.watchId)
}
