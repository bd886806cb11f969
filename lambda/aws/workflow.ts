/**
 * Starts executions of one state machine with a single signed request, since a waiting tool call is on the request
 * path.
 */
import { AppError } from '../shared/errors.ts'
import { signedRequest } from './signed-request.ts'

export interface Workflow {
  /**
   * Starts an execution with that name, unless one exists already, running or ended: a name is used once. Safe to call
   * twice. Throws `internal` when Step Functions returns an error or cannot be reached.
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
      // AWS answers 200 with the same ARN if that execution is running, this error if it has ended; emulators send the error for both.
      if (answer.ok || answer.errorName === 'ExecutionAlreadyExists') return
      throw new AppError('internal', 'The watch could not be started.', {}, new Error(answer.errorName))
    },
  }
}
