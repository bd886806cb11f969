/** The pointer of a run: which of its turns is the newest known, and which caller is finding that out. Pure. */
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemKey } from '../../aws/table-access.ts'
import { ITEM_PREFIX } from '../../shared/names.ts'
import { type RunRef, runDigest } from '../run.ts'
import type { Watch } from './watch.ts'
import { watchState } from './watch-machine.ts'

export interface RunPointer {
  /** The newest known turn; null: no turn of this run was ever observed. */
  watchId: string | null
  /** When the observation began that led to `watchId`: callers that came before may rely on it. */
  observedFromMs: number
  /** Until then one caller alone observes the run. */
  leaseUntilMs: number
  leaseId: string | null
  /** Counts what was sent to the run through this server; beyond `seenInvalidations`, `watchId` may be of an older turn. */
  invalidations: number
  seenInvalidations: number
  /** Observations in a row that failed, with the error of the last one: until `notBeforeMs` nobody observes the run. */
  failures: number
  failedCode: string | null
  notBeforeMs: number
}

/** The attributes' names in the table: they stay as they are, whatever the code calls them. */
export const POINTER_ATTRIBUTES = {
  watchId: 'watch_id',
  observedFromMs: 'looked_from_ms',
  leaseUntilMs: 'lease_until_ms',
  leaseId: 'lease_id',
  invalidations: 'touches',
  seenInvalidations: 'seen_touches',
  failures: 'failures',
  failedCode: 'failed_code',
  notBeforeMs: 'not_before_ms',
} as const satisfies Record<keyof RunPointer, string>

export function pointerKey(run: RunRef): ItemKey {
  return { pk: `${ITEM_PREFIX.runPointer}${runDigest(run)}`, sk: 'RUN_POINTER' }
}

/** @param item undefined: the run has no pointer yet. */
export function pointerFromItem(item: Item = {}): RunPointer {
  const text = (field: keyof RunPointer) => {
    const value = item[POINTER_ATTRIBUTES[field]]
    return typeof value === 'string' ? value : null
  }
  const number = (field: keyof RunPointer) => {
    const value = item[POINTER_ATTRIBUTES[field]]
    return typeof value === 'number' ? value : 0
  }
  return {
    watchId: text('watchId'),
    observedFromMs: number('observedFromMs'),
    leaseUntilMs: number('leaseUntilMs'),
    leaseId: text('leaseId'),
    invalidations: number('invalidations'),
    seenInvalidations: number('seenInvalidations'),
    failures: number('failures'),
    failedCode: text('failedCode'),
    notBeforeMs: number('notBeforeMs'),
  }
}

/**
 * Whether a caller that came at `sinceMs` may rely on the stored watch of the pointer's turn without asking Gumloop.
 * A run that is over, or waits for a decision, may have gone on since, so that only a later observation counts.
 */
export function isCurrent(watch: Watch, pointer: RunPointer, sinceMs: number, nowMs: number): boolean {
  if (pointer.invalidations !== pointer.seenInvalidations) return false
  // A time in the future was written by a clock that was wrong.
  const wasObservedSince = pointer.observedFromMs >= sinceMs && pointer.observedFromMs <= nowMs
  switch (watchState(watch, nowMs)) {
    case 'watching':
      return watch.state !== 'approval_required' || wasObservedSince || watch.polledAtMs >= sinceMs
    case 'finished':
      return watch.run.kind === 'flow_run' || wasObservedSince // a flow run never goes on
    default:
      return false
  }
}
