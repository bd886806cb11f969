/** Checks that the state machine that watches long runs exists and is active. For administration. */
import { AppError } from '../shared/errors.ts'
import { signedRequest } from './signed-request.ts'

/** Throws `internal`, with the service's error name as the cause, unless the state machine is active. */
export async function requireActiveWorkflow(arn: string): Promise<void> {
  const answer = await signedRequest({
    service: 'states',
    operation: 'DescribeStateMachine',
    input: { stateMachineArn: arn },
  })
  if (answer.ok && answer.body.status === 'ACTIVE') return
  const error = new Error()
  error.name = answer.errorName ?? `State${String(answer.body.status)}`
  throw new AppError('internal', 'The workflow that watches long runs does not respond.', {}, error)
}
