/** What a caller that attaches to a run, or waits for it, has to say. */
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

export interface WaitRequest extends AttachRequest {
  /** Called at once, at every change of state, and every few seconds between. */
  onProgress?: (progress: WaitProgress) => void
}
