/** Fakes of Step Functions and EventBridge over HTTP (JSON 1.x). They reject unsigned requests. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'
import type { Json } from './mcp-server.ts'

export interface FakeRunServices {
  /** Started executions by name. As in AWS, a name cannot be reused. */
  executions: Map<string, Json>
  /** Entries that the bus accepted. */
  events: Json[]
  /** Responses for the next requests, one each. */
  answerNext(...answers: { status: number; body: Json }[]): void
  close(): Promise<void>
}

export const MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:runs'

/** Starts both fakes on a free port and points the AWS environment of this process at them. */
export async function startFakeRunServices(): Promise<FakeRunServices> {
  const executions = new Map<string, Json>()
  const events: Json[] = []
  const answers: { status: number; body: Json }[] = []

  function answer(target: string, input: Json): { status: number; body: Json } {
    const scripted = answers.shift()
    if (scripted) return scripted
    if (target === 'AWSStepFunctions.StartExecution') {
      const { name, stateMachineArn } = input
      if (stateMachineArn !== MACHINE_ARN)
        return { status: 400, body: { __type: 'StateMachineDoesNotExist' } }
      if (executions.has(name))
        return { status: 400, body: { __type: 'com.amazonaws#ExecutionAlreadyExists' } }
      executions.set(name, JSON.parse(input.input))
      return { status: 200, body: { executionArn: `${MACHINE_ARN}:${name}`, startDate: 1 } }
    }
    if (target === 'AWSStepFunctions.DescribeStateMachine') {
      return { status: 200, body: { stateMachineArn: input.stateMachineArn, status: 'ACTIVE' } }
    }
    if (target === 'AWSEvents.PutEvents') {
      events.push(...input.Entries)
      return { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] } }
    }
    return { status: 400, body: { __type: 'UnknownOperationException' } }
  }

  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '')
    const signed = /\/us-east-1\/(states|events)\/aws4_request/.test(String(request.headers.authorization))
    let text = ''
    request.setEncoding('utf8')
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      const { status, body } = signed
        ? answer(target, JSON.parse(text))
        : { status: 403, body: { __type: 'MissingAuthenticationTokenException' } }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  pointAwsAt({ AWS_ENDPOINT_URL_SFN: endpointUrl, AWS_ENDPOINT_URL_EVENTBRIDGE: endpointUrl })
  return {
    executions,
    events,
    answerNext: (...next) => void answers.push(...next),
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
