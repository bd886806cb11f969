import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requireActiveWorkflow } from '../../../lambda/aws/workflow-state.ts'
import { pointAwsAt } from '../../support/aws-environment.ts'

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Stack-runs'

let answer: { status: number; body: object } = { status: 200, body: {} }
const asked: unknown[] = []
const server = createServer((request, response) => {
  let text = ''
  request.on('data', chunk => {
    text += chunk
  })
  request.on('end', () => {
    asked.push([request.headers['x-amz-target'], JSON.parse(text)])
    response.writeHead(answer.status).end(JSON.stringify(answer.body))
  })
})
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  pointAwsAt({
    AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${port}`,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('accepts an active state machine, and names the error of any other', async () => {
  answer = { status: 200, body: { status: 'ACTIVE' } }
  await expect(requireActiveWorkflow(ARN)).resolves.toBeUndefined()
  expect(asked).toEqual([['AWSStepFunctions.DescribeStateMachine', { stateMachineArn: ARN }]])

  answer = { status: 200, body: { status: 'DELETING' } }
  await expect(requireActiveWorkflow(ARN)).rejects.toMatchObject({ cause: { name: 'StateDELETING' } })
  answer = { status: 400, body: { __type: 'com.amazonaws#StateMachineDoesNotExist' } }
  await expect(requireActiveWorkflow(ARN)).rejects.toMatchObject({
    code: 'internal',
    cause: { name: 'StateMachineDoesNotExist' },
  })
})
