/** What a caller that attaches to a run, or waits for it, has to say. */
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemKey } from '../../aws/table-access.ts'
import type { Operation } from '../../gumloop/operation.ts'
import type { RunRef } from '../run.ts'
import type { WaitProgress } from './progress-reporter.ts'

export interface AttachRequest {
  run: RunRef
  operation: Operation
  connectorId: string
  /** Epoch ms until which to wait: for the run, or for another caller's observation of it. */
  untilMs: number
  signal: AbortSignal
}

export interface ItemsBeside {
  keys: readonly ItemKey[]
  /** Called with the items in the order of `keys`. */
  onItems: (items: readonly (Item | undefined)[]) => void
}

export interface WaitRequest extends AttachRequest {
  /** Items that each read of the watch fetches too, so that the caller learns of their changes without reads of its own. */
  beside?: ItemsBeside
  /** Called at once, at every change of state, and every few seconds between. */
  onProgress?: (progress: WaitProgress) => void
}
