/** An error of AWS's client about a function → a message for the user. */
import { visibleLine } from '../../lambda/shared/visible-text.ts'
import { CliFailure } from './cli-failure.ts'

export interface Attempt {
  functionName: string
  /** Such as `invoke`, in "is not allowed to invoke". */
  verb: string
  /** The permission that it requires: `lambda:InvokeFunction`. */
  permission: string
}

export function awsFailure(error: unknown, { functionName, verb, permission }: Attempt): CliFailure {
  const name = error instanceof Error ? visibleLine(error.name) : ''
  const message = error instanceof Error ? visibleLine(error.message) : ''
  if (name === 'ResourceNotFoundException') {
    return new CliFailure(1, `Function ${functionName} does not exist in this account and region.`, {
      nextStep:
        'Use the name of the CloudFormation stack (--stack GumloopMcp-prod), and check --region and --profile.',
    })
  }
  if (name === 'AccessDeniedException') {
    return new CliFailure(1, `Your AWS identity is not allowed to ${verb} ${functionName}.`, {
      nextStep: `It needs ${permission} on that function.`,
    })
  }
  if (name === 'InvalidParameterValueException') {
    return new CliFailure(1, `AWS did not ${verb} ${functionName}: ${message}`)
  }
  if (/credential|token|sso/i.test(name)) {
    return new CliFailure(1, 'No usable AWS credentials were found.', {
      nextStep: 'Sign in (aws sso login), or select a profile with --profile.',
    })
  }
  if (/region/i.test(message)) {
    return new CliFailure(1, 'No AWS region is set.', { nextStep: 'Set AWS_REGION, or use --region.' })
  }
  return new CliFailure(1, `The request to AWS failed: ${name || 'unknown error'}.`)
}
