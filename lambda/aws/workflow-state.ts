/** Whether the state machine that watches long runs is there and takes work: a question of administration. */
import { AppError } from '../shared/errors.ts'
import { signedRequest } from './signed-request.ts'

/** Nothing when it is active. Throws `internal`, with the service's name of the error as the cause, when it is not. */
export async function requireActiveWorkflow(arn: string): Promise<void> {
  const answer = await signedRequest({
    service: 'states',
    operation: 'DescribeStateMachine',
    input: { stateMachineArn: arn },
  })
  if (answer.ok && answer.body.status === 'ACTIVE') return
  const error = new Error()
  error.name = answer.errorName ?? `State${String(answer.body.status)}`
  throw new AppError('internal', 'The watcher of long runs does not answer.', {}, error)
}
