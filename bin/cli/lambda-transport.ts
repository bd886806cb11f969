/** Invokes a deployed admin function with the user's AWS credentials. */
import type { AdminInvocation } from '../../lambda/http/admin-entry.ts'
import { awsProxy } from '../use-proxy.ts'
import type { ApiAnswer, Transport } from './api.ts'
import { awsFailure } from './aws-failure.ts'
import { CliFailure } from './cli-failure.ts'
import { proveIdentity } from './prove-identity.ts'

const INVOKE = { verb: 'invoke', permission: 'lambda:InvokeFunction' }

/** Name of a stack's admin function. */
export function adminFunctionName(stack: string): string {
  return `${stack}-admin`
}

/**
 * A transport to the function. Region, profile and `AWS_ENDPOINT_URL*` come from the environment. Throws `CliFailure`.
 */
export function lambdaTransport(functionName: string): Transport {
  return async (method, path, body) => {
    // Imported on demand, since most commands use a local server and should not load AWS's client.
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda')
    const client = new LambdaClient(awsProxy())
    try {
      const request = { method, path, ...(body === undefined ? {} : { body }) }
      // Only changes are recorded with who made them.
      const identity =
        method === 'GET' ? undefined : await proveIdentity(client.config, functionName, request)
      const invocation: AdminInvocation = { ...request, ...(identity === undefined ? {} : { identity }) }
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(invocation)) }),
      )
      if (FunctionError !== undefined) throw functionFailed(functionName)
      return readAnswer(Buffer.from(Payload ?? []).toString('utf8'), functionName)
    } catch (error) {
      throw error instanceof CliFailure ? error : awsFailure(error, { functionName, ...INVOKE })
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
  throw functionFailed(functionName)
}

function functionFailed(functionName: string): CliFailure {
  return new CliFailure(1, `The function ${functionName} failed.`, {
    nextStep: `See its log in CloudWatch: /aws/lambda/${functionName}.`,
  })
}
