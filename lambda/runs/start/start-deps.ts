/** What starting a run needs, whatever kind of run it is, and the errors that both kinds have. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { MayCall } from '../observe/run-state.ts'
import type { StartCaller } from './start-key.ts'
import type { Start, StartStore } from './start-store.ts'

export interface StartDeps {
  /** Within the connector's rules. */
  operation: Operation
  /** Reads runs whatever the connector's rules are (`observing`). */
  observation: Operation
  mayCall: MayCall
  /** Undefined where nothing is stored (long runs switched off): then only Gumloop itself rejects duplicates. */
  starts: StartStore | undefined
  caller: StartCaller
  now: Clock
}

/** How long a second call waits for the answer of the first, which is under way. */
const ANSWER_TIMEOUT_MS = 5000
const READ_INTERVAL_MS = 250

/** The start once its own call has an answer, lost it or was rejected; else as it is after waiting for that in vain. */
export async function answered(starts: StartStore, key: string, start: Start): Promise<Start> {
  let last = start
  for (let waitedMs = 0; isUnderWay(last) && waitedMs < ANSWER_TIMEOUT_MS; waitedMs += READ_INTERVAL_MS) {
    await sleep(READ_INTERVAL_MS)
    last = (await starts.get(key, start.startId)) ?? last
  }
  return last
}

/** True while nothing is known of what came of the start. */
export function isUnderWay({ isSettled, isLost, startedAtMs }: Start): boolean {
  return !isSettled && !isLost && startedAtMs !== 0
}

/** True for an error whose request may have taken effect all the same. */
export function isUnclear(error: unknown): error is AppError {
  return error instanceof AppError && error.details.mayHaveTakenEffect === true
}

export function idempotencyKeyConflict(): AppError {
  return new AppError('conflict', 'This idempotency_key was used for a start with other arguments.', {
    mayHaveTakenEffect: false,
    nextStep: 'Use another idempotency_key for another start, or the same arguments to get the first run.',
  })
}
