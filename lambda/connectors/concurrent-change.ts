/** The error for a change that is based on a version which is no longer current. */
import { AppError } from '../shared/errors.ts'

export function concurrentChange(record: 'connector' | 'tool group'): AppError {
  return new AppError('conflict', `The ${record} was changed by someone else in the meantime.`, {
    nextStep: 'Read it again, then repeat the change.',
  })
}
