/** A turn's watcher as an execution of the state machine, named after the turn: starting it twice is harmless. */
import type { Workflow } from '../../aws/workflow.ts'
import { executionName } from '../run.ts'
import type { Watcher } from './attach-to-watch.ts'

/** What an execution is given; `lib/runs/run-workflow-definition.ts` reads it. Ids of ours alone, since executions are kept and shown. */
export interface WatchInput {
  watch_id: string
  attempt: number
  /** Whole seconds before the first look. */
  wait_seconds: number
  /** Epoch ms at which even a machine whose poller is broken has to stop. */
  deadline_ms: number
}

export function workflowPollScheduler(workflow: Workflow): Watcher {
  return {
    start({ watchId, attempt, waitSeconds, deadlineMs }) {
      const input: WatchInput = {
        watch_id: watchId,
        attempt,
        wait_seconds: waitSeconds,
        deadline_ms: deadlineMs,
      }
      return workflow.start({ name: executionName(watchId, attempt), input })
    },
  }
}
