/**
 * The kill switch of a deployed stack: Lambda rejects every call of a function whose reserved concurrency is zero. It
 * uses the user's AWS credentials and depends on nothing else of the deployment.
 */
import type { LambdaClient } from '@aws-sdk/client-lambda'
import { RESERVED_CONCURRENCY_TAG } from '../../lambda/shared/names.ts'
import { awsProxy } from '../use-proxy.ts'
import { awsFailure } from './aws-failure.ts'
import { CliFailure } from './cli-failure.ts'

export interface EndpointState {
  /** Name of the MCP function. */
  function: string
  state: 'closed' | 'open'
  /** Concurrent calls reserved for it; null: it shares the AWS account's limit. */
  reserved_concurrency: number | null
}

/** Rejects all calls from now on. Throws `CliFailure`. */
export function closeEndpoint(stack: string): Promise<EndpointState> {
  return withFunction(stack, 'close', 'lambda:PutFunctionConcurrency', async (client, functionName) => {
    await reserve(client, functionName, 0)
    return { function: functionName, state: 'closed', reserved_concurrency: 0 }
  })
}

/**
 * Accepts calls again, with the stage's reserved concurrency, which is in a tag of the function. Throws `CliFailure`.
 */
export function openEndpoint(stack: string): Promise<EndpointState> {
  const permissions = 'lambda:GetFunction, lambda:PutFunctionConcurrency and lambda:DeleteFunctionConcurrency'
  return withFunction(stack, 'open', permissions, async (client, functionName) => {
    const { GetFunctionCommand, DeleteFunctionConcurrencyCommand } = await import('@aws-sdk/client-lambda')
    const { Tags = {} } = await client.send(new GetFunctionCommand({ FunctionName: functionName }))
    const reserved = Tags[RESERVED_CONCURRENCY_TAG]
    if (reserved === '0') {
      throw new CliFailure(
        1,
        `The stage file of ${stack} keeps the endpoint closed: "reservedConcurrency": 0.`,
        {
          nextStep: 'Change the setting and deploy again.',
        },
      )
    }
    if (reserved === undefined) {
      await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: functionName }))
      return { function: functionName, state: 'open', reserved_concurrency: null }
    }
    await reserve(client, functionName, Number(reserved))
    return { function: functionName, state: 'open', reserved_concurrency: Number(reserved) }
  })
}

async function reserve(client: LambdaClient, functionName: string, calls: number): Promise<void> {
  const { PutFunctionConcurrencyCommand } = await import('@aws-sdk/client-lambda')
  await client.send(
    new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: calls }),
  )
}

async function withFunction(
  stack: string,
  verb: string,
  permission: string,
  use: (client: LambdaClient, functionName: string) => Promise<EndpointState>,
): Promise<EndpointState> {
  const functionName = `${stack}-mcp`
  // Imported on demand, since most commands use a local server and should not load AWS's client.
  const { LambdaClient } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient(awsProxy())
  try {
    return await use(client, functionName)
  } catch (error) {
    throw error instanceof CliFailure ? error : awsFailure(error, { functionName, verb, permission })
  } finally {
    client.destroy()
  }
}
