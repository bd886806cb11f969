import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogGroupReader } from '../../../lambda/aws/log-group.ts'
import { type FakeCloudWatchLogs, startFakeCloudWatchLogs } from '../../support/fake-cloudwatch-logs.ts'

const GROUP = '/aws/lambda/Stack-mcp'
const START_MS = Date.UTC(2026, 10, 22)
const WHOLE = { fromMs: START_MS, untilMs: START_MS + 3_600_000 }

let logs: FakeCloudWatchLogs
beforeAll(async () => {
  logs = await startFakeCloudWatchLogs()
  for (let i = 0; i < 50; i++) {
    const line = { event: i % 2 === 0 ? 'tool_call' : 'other', connector_id: `c${i % 4}`, number: i }
    logs.log(GROUP, START_MS + i * 1000, JSON.stringify(line))
  }
})
afterAll(() => logs.close())
beforeEach(() => {
  logs.lookAtOnce(1000)
  logs.takeInputs()
})

const numbers = (lines: Record<string, unknown>[]) => lines.map(({ number }) => number)

test('finds matching lines, newest first, with one request per page', async () => {
  const reader = createLogGroupReader({ logGroupName: GROUP })
  const search = { ...WHOLE, fields: { event: 'tool_call', connector_id: 'c0' }, limit: 8 }
  const first = await reader.search(search)
  expect(numbers(first.lines)).toEqual([48, 44, 40, 36, 32, 28, 24, 20])
  const second = await reader.search({ ...search, cursor: first.nextCursor ?? '' })
  expect(numbers(second.lines)).toEqual([16, 12, 8, 4, 0])
  expect(second.nextCursor).toBe(null)
  expect(logs.takeInputs()).toEqual([
    {
      logGroupName: GROUP,
      startTime: WHOLE.fromMs,
      endTime: WHOLE.untilMs,
      filterPattern: '{ ($.event = "tool_call") && ($.connector_id = "c0") }',
      limit: 8,
      startFromHead: false,
    },
    expect.objectContaining({ nextToken: expect.any(String), limit: 8 }),
  ])
})

test('stops after a limited number of requests, and returns what it found with a cursor', async () => {
  logs.lookAtOnce(2)
  const reader = createLogGroupReader({ logGroupName: GROUP })
  const search = { ...WHOLE, fields: { connector_id: 'c1' }, limit: 100 }
  const first = await reader.search(search)
  expect([numbers(first.lines), logs.takeInputs().length]).toEqual([[49, 45, 41, 37, 33, 29], 12])
  const second = await reader.search({ ...search, cursor: first.nextCursor ?? '' })
  expect(numbers([...first.lines, ...second.lines])).toHaveLength(12)
})

test('never searches before 2024, where the service cannot read newest first', async () => {
  const reader = createLogGroupReader({ logGroupName: GROUP })
  await reader.search({ fromMs: 0, untilMs: WHOLE.untilMs, fields: { event: 'other' }, limit: 1 })
  expect(logs.takeInputs()[0]?.startTime).toBe(Date.UTC(2024, 0, 1))
})

test('rejects a foreign cursor, and reveals nothing of other errors', async () => {
  const reader = createLogGroupReader({ logGroupName: GROUP })
  const search = { ...WHOLE, fields: { event: 'other' }, limit: 1 }
  const forged = Buffer.from(JSON.stringify({ fromMs: 1, untilMs: 2, token: 'x' })).toString('base64url')
  for (const cursor of ['nonsense', Buffer.from('{"fromMs":1}').toString('base64url'), forged]) {
    await expect(reader.search({ ...search, cursor })).rejects.toMatchObject({ code: 'invalid_arguments' })
  }
  logs.failNext('AccessDeniedException')
  await expect(reader.search(search)).rejects.toMatchObject({
    code: 'internal',
    message: 'The call log could not be read. Try again.',
  })
})
