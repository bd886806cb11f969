/** Reads executions from Step Functions over its JSON protocol, since no AWS client for it is installed. */
import type { Json } from '../support/mcp-server.ts'
import { type Emulator, REGION } from './emulator.ts'

async function request(emulator: Emulator, operation: string, input: unknown): Promise<Json> {
  const response = await fetch(emulator.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
      // The emulator reads only the scope, to find the service. It does not verify signatures.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/states/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  })
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`)
  return response.json()
}

export interface Execution {
  name: string
  status: string
  /** Names of the states, in the order of entry. */
  states: string[]
}

/** Every execution of the stack's only state machine, oldest first. */
export async function listExecutions(emulator: Emulator): Promise<Execution[]> {
  const { stateMachines } = await request(emulator, 'ListStateMachines', {})
  const [machine] = stateMachines
  if (stateMachines.length !== 1) throw new Error(`there are ${stateMachines.length} state machines`)
  const { executions } = await request(emulator, 'ListExecutions', {
    stateMachineArn: machine.stateMachineArn,
  })
  const withStates = executions.map(async (one: Json): Promise<Execution & { startDate: number }> => {
    const { events } = await request(emulator, 'GetExecutionHistory', {
      executionArn: one.executionArn,
      maxResults: 1000,
    })
    const states = events.flatMap((event: Json) => event.stateEnteredEventDetails?.name ?? [])
    return { name: one.name, status: one.status, states, startDate: Number(one.startDate) }
  })
  return (await Promise.all(withStates)).sort((a, b) => a.startDate - b.startDate)
}
