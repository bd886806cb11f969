/** A message to a busy session is stored by Gumloop, once however often that is asked for. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

const TOOL = 'create_a_gumloop_session_message'
const MESSAGE = { session_id: 'ses_1', input: 'And the costs?' }
const BUSY = {
  status: 409,
  json: {
    error: { code: 'interaction_not_in_terminal_state', message: 'Busy', type: 'invalid_request_error' },
  },
}
const RECEIPT = { status: 202, json: { message_id: 'msg_7', status: 'accepted' } }

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())

const keys = () => server.upstream.requests.map(({ headers }) => headers['idempotency-key'])
const bodies = () => server.upstream.requests.map(({ body }) => JSON.parse(body))

test('a free session gets the message at once, without a key', async () => {
  server.upstream.script({ status: 202, json: { session: { id: 'ses_1', state: 'processing' } } })
  const { structuredContent } = await call(url, TOOL, MESSAGE)
  expect([bodies(), keys()]).toEqual([[{ input: MESSAGE.input }], [undefined]])
  expect(structuredContent).toMatchObject({ session_id: 'ses_1', state: 'processing', is_over: false })
  expect(structuredContent).not.toHaveProperty('queued')
})

test('a busy session: the message is stored under a key, and the receipt says what comes next', async () => {
  server.upstream.script(BUSY, RECEIPT)
  const { isError, structuredContent } = await call(url, TOOL, { ...MESSAGE, wait_seconds: 5 })
  expect(isError).toBeUndefined()
  expect(bodies()).toEqual([{ input: MESSAGE.input }, { input: MESSAGE.input, delivery: 'queued' }])
  expect(keys()).toEqual([undefined, expect.stringMatching(/^[0-9a-f]{40}$/)])
  expect(structuredContent).toEqual({
    session_id: 'ses_1',
    state: null,
    is_over: false,
    next_step: expect.stringContaining('wait_for_gumloop_session'),
    queued: true,
    message_id: 'msg_7',
  })
})

test('a lost answer is asked for again with the same key; another text or connector has another one', async () => {
  server.upstream.script(BUSY, { status: 502, text: 'bad gateway' }, RECEIPT)
  expect((await call(url, TOOL, MESSAGE)).structuredContent.message_id).toBe('msg_7')
  const [, first, second] = keys()
  expect(second).toBe(first)

  server.upstream.script(BUSY, RECEIPT)
  await call(url, TOOL, { ...MESSAGE, input: 'And the people?' })
  expect(keys()[1]).not.toBe(first)

  const { url: other } = await server.connector()
  server.upstream.script(BUSY, RECEIPT)
  await call(other, TOOL, MESSAGE)
  expect(keys()[1]).not.toBe(first)
})

test('where Gumloop cannot store it, the session is busy, and nothing was changed', async () => {
  server.upstream.script(BUSY, { status: 400, json: { detail: 'delivery: extra fields not permitted' } })
  const { structuredContent } = await call(url, TOOL, MESSAGE)
  expect(structuredContent.error).toMatchObject({
    code: 'conflict',
    upstream_code: 'interaction_not_in_terminal_state',
    may_have_taken_effect: false,
  })
})

test('a Gumloop that ignores the wish and sends it as usual', async () => {
  server.upstream.script(BUSY, { status: 202, json: { session: { id: 'ses_1', state: 'processing' } } })
  const { structuredContent } = await call(url, TOOL, MESSAGE)
  expect(structuredContent).toMatchObject({ session_id: 'ses_1', state: 'processing' })
  expect(structuredContent).not.toHaveProperty('queued')
})

test('a message with files is not stored', async () => {
  server.upstream.script(BUSY)
  const { structuredContent } = await call(url, TOOL, { ...MESSAGE, attachments: [{ file_name: 'a.csv' }] })
  expect([structuredContent.error.code, server.upstream.requests.length]).toEqual(['conflict', 1])
})
