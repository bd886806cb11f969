/** What a caller that waited, or asked, gets to know of a run. Pure. */
import { AppError } from '../../shared/errors.ts'
import type { RunDetails } from '../observe/run-snapshot.ts'
import type { RunRef } from '../run.ts'
import type { FoundWatch } from './record-observation.ts'
import type { Watch, WatchOutcome } from './watch.ts'

export interface RunReport extends RunStatus {
  run: RunRef
  waitedMs: number
}

export interface RunStatus {
  state: string | null
  /** How it ended; null: it has not, as far as anybody observed. */
  outcome: WatchOutcome | null
  details: RunDetails
  /** True: the run stays watched after this call. */
  isWatched: boolean
  /** The watched turn; undefined where nothing is watched. */
  watchId?: string
}

/**
 * @throws AppError `not_found` for a run that was deleted while it was watched, `forbidden` when the key may not read
 *   it.
 */
export function statusOf({ watch, isPolled }: FoundWatch): RunStatus {
  const { state, outcome, details, watchId } = watch
  if (outcome === 'deleted') {
    throw new AppError(
      'not_found',
      'Gumloop no longer knows this run: it was deleted while it was watched.',
      { nextStep: 'Tell the person. There is no result to wait for.' },
    )
  }
  if (outcome === 'refused') {
    throw new AppError('forbidden', "Gumloop does not let this account's key read the run.", {
      nextStep: 'The run may be going on. Tell the person that the key needs attention; then wait again.',
    })
  }
  return { state, outcome, details, isWatched: isPolled, watchId }
}

/** The stored watch, reported as if a call had waited for it. @throws AppError as `statusOf`. */
export function reportOfWatch(watch: Watch, waitedMs: number): RunReport {
  return { ...statusOf({ watch, isPolled: watch.outcome === null }), run: watch.run, waitedMs }
}
