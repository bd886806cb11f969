/** Polls a turn by an execution of the state machine that is named after the attempt: starting it twice is harmless. */
import type { Workflow } from '../../aws/workflow.ts'
import { executionName } from '../run.ts'
import type { PollScheduler } from './poll-scheduler.ts'

/**
 * What an execution is started with; `lib/runs/run-workflow-definition.ts` reads it. Only our own ids, since executions
 * are stored and shown.
 */
export interface ExecutionInput {
  watch_id: string
  attempt: number
  /** Whole seconds before the first poll. */
  wait_seconds: number
  /** Epoch ms at which even a state machine whose poller is broken has to stop. */
  deadline_ms: number
}

export function workflowPollScheduler(workflow: Workflow): PollScheduler {
  return {
    schedule({ watchId, attempt, waitSeconds, deadlineMs }) {
      const input: ExecutionInput = {
        watch_id: watchId,
        attempt,
        wait_seconds: waitSeconds,
        deadline_ms: deadlineMs,
      }
      return workflow.start({ name: executionName(watchId, attempt), input })
    },
  }
}
