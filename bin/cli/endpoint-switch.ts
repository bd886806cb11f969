/**
 * The kill switch of a deployed stack: Lambda turns away every call of a function whose reserved concurrency is nought.
 * With the AWS credentials of whoever sits at the terminal; nothing of ours has to be in order for it to work.
 */
import type { LambdaClient } from '@aws-sdk/client-lambda'
import { RESERVED_CONCURRENCY_TAG } from '../../lambda/shared/names.ts'
import { awsFailure } from './aws-failure.ts'
import { CliFailure } from './cli-failure.ts'

export interface Door {
  /** The function that was shut or opened. */
  function: string
  state: 'shut' | 'open'
  /** Calls at once that are reserved for it; null: it shares what the account has. */
  reserved_concurrency: number | null
}

/** No call gets in any more. Throws `CliFailure`. */
export function shutEndpoint(stack: string): Promise<Door> {
  return withFunction(stack, 'shut', 'lambda:PutFunctionConcurrency', async (client, functionName) => {
    await reserve(client, functionName, 0)
    return { function: functionName, state: 'shut', reserved_concurrency: 0 }
  })
}

/** Calls get in again, as many at once as the stage file says, which is in a tag of the function. Throws `CliFailure`. */
export function openEndpoint(stack: string): Promise<Door> {
  const permissions = 'lambda:GetFunction, lambda:PutFunctionConcurrency and lambda:DeleteFunctionConcurrency'
  return withFunction(stack, 'open', permissions, async (client, functionName) => {
    const { GetFunctionCommand, DeleteFunctionConcurrencyCommand } = await import('@aws-sdk/client-lambda')
    const { Tags = {} } = await client.send(new GetFunctionCommand({ FunctionName: functionName }))
    const wanted = Tags[RESERVED_CONCURRENCY_TAG]
    if (wanted === '0') {
      throw new CliFailure(1, `The stage file of ${stack} keeps it shut: "reservedConcurrency": 0.`, {
        nextStep: 'Change the setting and deploy.',
      })
    }
    if (wanted === undefined) {
      await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: functionName }))
      return { function: functionName, state: 'open', reserved_concurrency: null }
    }
    await reserve(client, functionName, Number(wanted))
    return { function: functionName, state: 'open', reserved_concurrency: Number(wanted) }
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
  use: (client: LambdaClient, functionName: string) => Promise<Door>,
): Promise<Door> {
  const functionName = `${stack}-mcp`
  // Loaded here, since most commands go to a local server and should not wait for AWS's client.
  const { LambdaClient } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient({})
  try {
    return await use(client, functionName)
  } catch (error) {
    throw error instanceof CliFailure ? error : awsFailure(error, { functionName, verb, permission })
  } finally {
    client.destroy()
  }
}
