import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEvents } from '../../../lambda/aws/events.ts'
import { createWorkflow } from '../../../lambda/aws/workflow.ts'
import { type FakeRunServices, MACHINE_ARN, startFakeRunServices } from '../../support/fake-run-services.ts'

let services: FakeRunServices
beforeAll(async () => {
  services = await startFakeRunServices()
})
afterAll(() => services.close())

describe('the workflow', () => {
  const workflow = createWorkflow({ arn: MACHINE_ARN })

  test('starts an execution once, whatever the response to a second start', async () => {
    await workflow.start({ name: 'run-a-1', input: { watch_id: 'a' } })
    await workflow.start({ name: 'run-a-1', input: { watch_id: 'a' } }) // ended: ExecutionAlreadyExists
    services.answerNext({ status: 200, body: { executionArn: 'the one that runs', startDate: 1 } })
    await workflow.start({ name: 'run-a-1', input: { watch_id: 'a' } })
    expect([...services.executions]).toEqual([['run-a-1', { watch_id: 'a' }]])
  })

  test('retries temporary errors, and reports others', async () => {
    services.answerNext({ status: 400, body: { __type: 'ThrottlingException' } })
    await workflow.start({ name: 'run-b-1', input: {} })
    expect(services.executions.has('run-b-1')).toBe(true)
    const refused = createWorkflow({ arn: 'arn:of:nothing' }).start({ name: 'x', input: {} })
    await expect(refused).rejects.toMatchObject({
      code: 'internal',
      cause: { message: 'StateMachineDoesNotExist' },
    })
  })
})

describe('events', () => {
  const event = { source: 's', detailType: 'Something Happened', detail: { a: [1, null, 'ü'] } }

  test('puts the detail on the default bus', async () => {
    await createEvents().put(event)
    expect(services.events).toEqual([
      { Source: 's', DetailType: 'Something Happened', Detail: JSON.stringify(event.detail) },
    ])
  })

  test.each([
    [
      'the request is rejected',
      { status: 400, body: { __type: 'AccessDeniedException' } },
      'AccessDeniedException',
    ],
    [
      'only the entry is rejected',
      { status: 200, body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } },
      'InternalFailure',
    ],
  ])('fails when %s', async (_, answer, reason) => {
    services.answerNext(answer)
    await expect(createEvents().put(event)).rejects.toMatchObject({
      code: 'internal',
      cause: { message: reason },
    })
  })
})
