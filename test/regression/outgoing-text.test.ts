/** What goes out is valid Unicode without line separators, and integers are exact, in both directions. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())
beforeEach(() => target.upstream.script({ status: 200, json: {} }))

const AGENT = 'get_single_gumloop_agent_by_id'
const MODERN = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': AGENT,
}
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** The raw bytes of the answer to one call, as each protocol version gets them. */
const raw: [string, (args: unknown) => Promise<string>][] = [
  ['2025-06-18', async args => (await rpc(url, 'tools/call', { name: AGENT, arguments: args })).text()],
  [
    '2026-07-28',
    async args =>
      (await rpc(url, 'tools/call', { name: AGENT, arguments: args, _meta: META }, MODERN)).text(),
  ],
]

const answerText = (text: string, type = 'application/json') =>
  target.upstream.script((_, response) => {
    response.writeHead(200, { 'content-type': type })
    response.end(text)
  })

describe.each(raw)('over %s', (_version, send) => {
  test('escapes what Python takes for the end of a line', async () => {
    answerText(JSON.stringify({ agent: { name: 'a\u2028b\u2029c\u0085d' } }))
    const body = await send({ agent_id: 'a' })
    expect(body).not.toMatch(/[\u0085\u2028\u2029]/)
    expect(JSON.parse(body).result.structuredContent.agent.name).toBe('a\u2028b\u2029c\u0085d')
  })

  test('replaces half characters', async () => {
    answerText('{"agent":{"name":"a\\ud83d","\\ude00":"\\ud83d\\ude00"}}')
    const body = await send({ agent_id: 'a' })
    const { content, structuredContent } = JSON.parse(body).result
    expect(structuredContent.agent).toEqual({ name: 'a\ufffd', '\ufffd': '\u{1f600}' })
    expect(JSON.parse(content[0].text)).toEqual(structuredContent)
  })

  test('passes integers beyond 2^53 on exactly', async () => {
    answerText('{"agent":{"id":9007199254740993,"ids":[-12345678901234567890]}}')
    const body = await send({ agent_id: 'a' })
    expect(body).toContain('"id":9007199254740993')
    expect(body).toContain('[-12345678901234567890]')
    const [content] = JSON.parse(body).result.content
    expect(content.text).toContain('"id":9007199254740993')
  })
})

test('escapes line separators in an event stream', async () => {
  target.upstream.script(
    { status: 200, json: { session: { id: 's', state: 'processing', messages: [] } } },
    {
      status: 200,
      json: { session: { id: 's', state: 'failed', messages: [], agent_name: 'x\u2028y', name: 'z\u0085' } },
    },
    { status: 200, json: { artifacts: [] } },
  )
  const response = await rpc(url, 'tools/call', {
    name: 'wait_for_gumloop_session',
    arguments: { session_id: 's', wait_seconds: 20 },
    _meta: { progressToken: 1 },
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(await response.text()).not.toMatch(/[\u0085\u2028\u2029]/)
})

/** A JSON-RPC message whose arguments are written by hand. */
const sendText = async (name: string, args: string) =>
  (
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`,
    })
  ).json()

test('sends integers beyond 2^53 on exactly', async () => {
  target.upstream.script(
    { status: 200, json: { inputs: [] } },
    { status: 200, json: { run_id: 'r', saved_item_id: 'f' } },
  )
  await sendText(
    'create_a_gumloop_flow_run',
    '{"saved_item_id":"f1","inputs":{"order":9007199254740993,"deep":[{"n":-12345678901234567890}]}}',
  )
  const body = target.upstream.requests.at(-1)?.body
  expect(body).toContain('"order":9007199254740993')
  expect(body).toContain('"n":-12345678901234567890')
})

test('sends no half characters to Gumloop', async () => {
  target.upstream.script(
    { status: 200, json: { inputs: [] } },
    { status: 200, json: { run_id: 'r', saved_item_id: 'f' } },
  )
  await sendText('create_a_gumloop_flow_run', '{"saved_item_id":"f1","inputs":{"text":"a\\ud83d"}}')
  expect(JSON.parse(target.upstream.requests.at(-1)?.body ?? '')).toMatchObject({ text: 'a\ufffd' })
})

const LONG = `${'x'.repeat(79)}\u{1f600}${'y'.repeat(500)}`

test.each<[string, string, string]>([
  [
    'an error text',
    '400',
    JSON.stringify({ error: { message: `${'x'.repeat(499)}\u{1f600}${'y'.repeat(99)}` } }),
  ],
  ['a parameter', '400', JSON.stringify({ error: { message: 'no', param: `${'x'.repeat(99)}\u{1f600}yy` } })],
])('cuts %s between characters', async (_, status, text) => {
  target.upstream.script((_request, response) => {
    response.writeHead(Number(status), { 'content-type': 'application/json' })
    response.end(text)
  })
  const result = await call(url, AGENT, { agent_id: 'a' })
  expect(result.isError).toBe(true)
  expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/i)
})

test('cuts the name of an input between characters', async () => {
  target.upstream.script({ status: 200, json: { inputs: [{ name: 'topic', data_type: 'string' }] } })
  const result = await call(url, 'create_a_gumloop_flow_run', {
    saved_item_id: 'f1',
    inputs: { [LONG]: 'x' },
  })
  expect(result.isError).toBe(true)
  expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/i)
})

test('cuts the name of an artifact between characters', async () => {
  const filename = `${'x'.repeat(299)}\u{1f600}.csv`
  target.upstream.script(
    { status: 200, json: { session: { id: 's', agent_id: 'a', state: 'completed', messages: [] } } },
    { status: 200, json: { artifacts: [{ id: 'f', filename }] } },
  )
  const result = await call(url, 'wait_for_gumloop_session', { session_id: 's', wait_seconds: 1 })
  expect(result.structuredContent.artifacts).toHaveLength(1)
  expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/i)
})
