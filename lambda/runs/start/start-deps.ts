/** What starting a run needs, whatever kind of run it is, and the errors that both kinds have. */
import type { Operation } from '../../gumloop/operation.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { StartCaller } from './start-key.ts'
import type { StartStore } from './start-store.ts'

export interface StartDeps {
  operation: Operation
  /** Undefined where nothing is stored (long runs switched off): then only Gumloop itself rejects duplicates. */
  starts: StartStore | undefined
  caller: StartCaller
  now: Clock
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
