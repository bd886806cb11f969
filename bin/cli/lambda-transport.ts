/** Invocations of a deployed admin function, with the AWS credentials of whoever sits at the terminal. */
import { userInfo } from 'node:os'
import type { AdminInvocation } from '../../lambda/http/admin-door.ts'
import type { ApiAnswer, Transport } from './api.ts'
import { CliFailure } from './cli-failure.ts'

/** Name of a stack's admin function. */
export function adminFunctionName(stack: string): string {
  return `${stack}-admin`
}

/** A transport to the function. Region, profile and `AWS_ENDPOINT_URL*` come from the environment. Throws `CliFailure`. */
export function lambdaTransport(functionName: string): Transport {
  return async (method, path, body) => {
    // Loaded here, since most commands go to a local server and should not wait for AWS's client.
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda')
    const invocation: AdminInvocation = {
      method,
      path,
      actor: `cli:${userName()}`,
      ...(body === undefined ? {} : { body }),
    }
    const client = new LambdaClient({})
    try {
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(invocation)) }),
      )
      if (FunctionError !== undefined) throw brokenFunction(functionName)
      return readAnswer(Buffer.from(Payload ?? []).toString('utf8'), functionName)
    } catch (fault) {
      throw fault instanceof CliFailure ? fault : toFailure(fault, functionName)
    } finally {
      client.destroy()
    }
  }
}

function readAnswer(text: string, functionName: string): ApiAnswer {
  const answer: unknown = JSON.parse(text || 'null')
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'status' in answer &&
    typeof answer.status === 'number'
  ) {
    return { status: answer.status, body: 'body' in answer ? answer.body : undefined }
  }
  throw brokenFunction(functionName)
}

function brokenFunction(functionName: string): CliFailure {
  return new CliFailure(1, `The function ${functionName} failed.`, {
    nextStep: `Its log says why: /aws/lambda/${functionName} in CloudWatch.`,
  })
}

function toFailure(fault: unknown, functionName: string): CliFailure {
  const name = fault instanceof Error ? fault.name : ''
  const message = fault instanceof Error ? fault.message : ''
  if (name === 'ResourceNotFoundException') {
    return new CliFailure(1, `There is no function ${functionName} in this account and region.`, {
      nextStep:
        'Name the stack as CloudFormation does (--stack GumloopMcp-prod), and check --region and --profile.',
    })
  }
  if (name === 'AccessDeniedException') {
    return new CliFailure(1, `Your AWS identity may not invoke ${functionName}.`, {
      nextStep: 'It needs lambda:InvokeFunction on that function.',
    })
  }
  if (/credential|token|sso/i.test(name)) {
    return new CliFailure(1, 'There are no usable AWS credentials.', {
      nextStep: 'Sign in (aws sso login), or name a profile with --profile.',
    })
  }
  if (/region/i.test(message)) {
    return new CliFailure(1, 'AWS needs a region.', { nextStep: 'Set AWS_REGION, or use --region.' })
  }
  return new CliFailure(1, `AWS could not be asked: ${name || 'unknown fault'}.`)
}

/** For the audit trail; CloudTrail has the identity that AWS checked. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
