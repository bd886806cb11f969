/** Starts executions of one state machine with a single signed request: the call that waits is on the hot path. */
import { AppError } from '../shared/errors.ts'
import { signedRequest } from './signed-request.ts'

export interface Workflow {
  /**
   * Starts an execution of that name, or finds that there is one already, running or over: a name is used once. Bears
   * being called twice. Throws `internal` when Step Functions refuses or cannot be reached.
   */
  start(execution: { name: string; input: unknown }): Promise<void>
}

export function createWorkflow({ arn }: { arn: string }): Workflow {
  return {
    async start({ name, input }) {
      const answer = await signedRequest({
        service: 'states',
        operation: 'StartExecution',
        input: { stateMachineArn: arn, name, input: JSON.stringify(input) },
      })
      // For a name that is running AWS answers 200 with the same ARN, for one that has ended this error; emulators say it for both.
      if (answer.ok || answer.errorName === 'ExecutionAlreadyExists') return
      throw new AppError('internal', 'The watcher could not be started.', {}, new Error(answer.errorName))
    },
  }
}
