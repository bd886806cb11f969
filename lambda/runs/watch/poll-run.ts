/**
 * One turn of the watcher: look at a watched run once, write down what there is, say when to look again. The Lambda task
 * of the state machine and the local runner both drive this, and nothing else ends a watch.
 */

import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { type AppError, toAppError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { observeRun } from '../observe/observe-run.ts'
import { NO_TURN, type RunSnapshot } from '../observe/run-snapshot.ts'
import { type CompletionEvent, toCompletionEvent } from './completion-event.ts'
import { pollIntervalSeconds } from './poll-interval.ts'
import type { Watch, WatchOutcome } from './watch.ts'
import type { WatchStore } from './watch-store.ts'

/** What the watcher is started with; nothing of it is worth hiding. */
export interface PollInput {
  watch_id: string
  attempt: number
}

export interface PollResult {
  /** True: there is nothing more to do for this watcher. */
  is_over: boolean
  /** Whole seconds until the next look; 0 when there is none. */
  wait_seconds: number
}

export interface PollDeps {
  store: WatchStore
  /** Gumloop's operations with the account's key, each within the deadline of one look. */
  operation: (accountId: string) => Promise<Operation>
  /** Sends the event out. Throws when it could not; it is tried again then. */
  tell: (finished: CompletionEvent) => Promise<void>
  /** Told when Gumloop refused an account's key, read anew. */
  onCredentialsRefused?: (accountId: string) => Promise<void>
  now: Clock
  /** 0 to 1. */
  random: () => number
  logger: Logger
}

const OVER: PollResult = { is_over: true, wait_seconds: 0 }
/** A run that was only just started may not be found at once (Gumloop is consistent in the end, not at once). */
const YOUNG_MS = 30_000
/** A refusal that is no 404 is believed when it is repeated. */
const REFUSALS_BELIEVED = 3

/** @throws when the table cannot be read or written, or the event not be sent: whoever drives this tries again. */
export async function pollRun(input: PollInput, deps: PollDeps): Promise<PollResult> {
  const { store, now } = deps
  const watch = await store.get(input.watch_id)
  if (watch === undefined || watch.attempt !== input.attempt) return OVER
  if (watch.outcome !== null) return tellOnce(watch, deps)
  if (now() >= watch.deadlineMs) return end(watch, 'gave_up', deps)
  let snapshot: RunSnapshot
  try {
    snapshot = await observeRun(watch.run, await deps.operation(watch.run.accountId))
  } catch (thrown) {
    return afterFailure(watch, toAppError(thrown), deps)
  }
  // Messages that are missing from one answer are no sign of a newer one.
  const isNewer = snapshot.turnId !== watch.turnId && snapshot.turnId !== NO_TURN
  if (isNewer) return end({ ...watch, polls: watch.polls + 1 }, 'superseded', deps)
  const { state, details } = snapshot
  const seen: Watch = { ...watch, state, details, polls: watch.polls + 1, failures: 0 }
  return snapshot.isOver ? end(seen, 'finished', deps) : lookAgain(seen, undefined, deps)
}

async function afterFailure(watch: Watch, error: AppError, deps: PollDeps): Promise<PollResult> {
  const failures = watch.failures + 1
  const failed: Watch = { ...watch, failures, polls: watch.polls + 1 }
  deps.logger.warn('run_look_failed', {
    watch_id: watch.watchId,
    account_id: watch.run.accountId,
    code: error.code,
    upstream_status: error.details.upstreamStatus,
    failures,
  })
  if (error.code === 'credentials_refused') {
    // The administrator's list shows it; that it could not be noted is no reason to lose the end.
    await deps.onCredentialsRefused?.(watch.run.accountId).catch(() => undefined)
  }
  const outcome = outcomeOf(error, failures, deps.now() - watch.beganAtMs)
  return outcome ? end(failed, outcome, deps) : lookAgain(failed, error.details.retryAfterSeconds, deps)
}

/** What a failed look means for good; undefined: nothing, look again. */
function outcomeOf(error: AppError, failures: number, ageMs: number): WatchOutcome | undefined {
  switch (error.code) {
    case 'not_found':
      return ageMs >= YOUNG_MS || failures >= REFUSALS_BELIEVED ? 'deleted' : undefined
    case 'credentials_refused':
    case 'account_not_configured':
      return 'refused'
    case 'forbidden':
    case 'upstream_rejected':
    case 'invalid_arguments':
      return failures >= REFUSALS_BELIEVED ? 'refused' : undefined
    default:
      return undefined
  }
}

async function lookAgain(
  watch: Watch,
  retryAfterSeconds: number | undefined,
  deps: PollDeps,
): Promise<PollResult> {
  const nowMs = deps.now()
  const wait_seconds = pollIntervalSeconds({
    ageMs: nowMs - watch.beganAtMs,
    random: deps.random(),
    failures: watch.failures,
    retryAfterSeconds,
  })
  const next = { ...watch, polledAtMs: nowMs, nextPollAtMs: nowMs + wait_seconds * 1000 }
  return (await deps.store.progress(next)) ? { is_over: false, wait_seconds } : OVER
}

async function end(watch: Watch, outcome: WatchOutcome, deps: PollDeps): Promise<PollResult> {
  const nowMs = deps.now()
  const ended: Watch = { ...watch, outcome, polledAtMs: nowMs, endedAtMs: nowMs, event: 'pending' }
  if (!(await deps.store.end(ended))) return OVER
  deps.logger.info('run_watch_ended', {
    watch_id: watch.watchId,
    account_id: watch.run.accountId,
    kind: watch.run.kind,
    state: watch.state,
    outcome,
    polls: watch.polls,
    age_ms: nowMs - watch.beganAtMs,
  })
  return tellOnce(ended, deps)
}

/** Between sending and noting lies a moment in which a crash makes the event come twice: `id` tells receivers so. */
async function tellOnce(watch: Watch, deps: PollDeps): Promise<PollResult> {
  if (watch.event !== 'pending') return OVER
  await deps.tell(toCompletionEvent(watch))
  await deps.store.markTold(watch.watchId)
  return OVER
}
