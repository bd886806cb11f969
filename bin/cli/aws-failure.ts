/** What AWS's client throws about a function, in words for the person at the terminal. */
import { CliFailure } from './cli-failure.ts'

export interface Attempt {
  functionName: string
  /** `invoke`, as in "may not invoke". */
  verb: string
  /** The permission that it takes: `lambda:InvokeFunction`. */
  permission: string
}

export function awsFailure(error: unknown, { functionName, verb, permission }: Attempt): CliFailure {
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : ''
  if (name === 'ResourceNotFoundException') {
    return new CliFailure(1, `There is no function ${functionName} in this account and region.`, {
      nextStep:
        'Name the stack as CloudFormation does (--stack GumloopMcp-prod), and check --region and --profile.',
    })
  }
  if (name === 'AccessDeniedException') {
    return new CliFailure(1, `Your AWS identity may not ${verb} ${functionName}.`, {
      nextStep: `It needs ${permission} on that function.`,
    })
  }
  if (name === 'InvalidParameterValueException') {
    return new CliFailure(1, `AWS would not ${verb} ${functionName}: ${message}`)
  }
  if (/credential|token|sso/i.test(name)) {
    return new CliFailure(1, 'There are no usable AWS credentials.', {
      nextStep: 'Sign in (aws sso login), or name a profile with --profile.',
    })
  }
  if (/region/i.test(message)) {
    return new CliFailure(1, 'AWS needs a region.', { nextStep: 'Set AWS_REGION, or use --region.' })
  }
  return new CliFailure(1, `AWS could not be asked: ${name || 'unknown error'}.`)
}
