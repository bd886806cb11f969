import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json, rpc, startTestServer, type TestServer } from '../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const session = (state: string | null, more: object = {}) => ({
  session: { id: 's1', agent_id: 'a1', state, messages: [], ...more },
  queue_position: null,
})
const sent = () => server.upstream.requests

describe('create_a_gumloop_session', () => {
  test('returns ID and state at once, with the next step and the record', async () => {
    server.upstream.script({ status: 202, json: session('processing') })
    const result = await call(url, 'create_a_gumloop_session', { agent_id: 'a1', input: 'audit' })
    expect(result.structuredContent).toMatchObject({
      session_id: 's1',
      state: 'processing',
      is_over: false,
      session: { id: 's1', agent_id: 'a1' },
      queue_position: null,
    })
    expect(result.structuredContent.next_step).toContain('s1')
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent)
    expect(JSON.parse(sent()[0]?.body ?? '')).toEqual({ input: 'audit', session_id: expect.any(String) })
  })

  test('an idle session without input is over', async () => {
    server.upstream.script({ status: 201, json: session('idle') })
    const { structuredContent } = await call(url, 'create_a_gumloop_session', { agent_id: 'a1' })
    expect(structuredContent).toMatchObject({ state: 'idle', is_over: true })
  })

  test('`id` is accepted for the path’s ID', async () => {
    server.upstream.script({ status: 202, json: session('queued') })
    await call(url, 'create_a_gumloop_session', { id: 'a7', input: 'x' })
    expect(sent()[0]?.url).toBe('/api/v1/agents/a7/sessions')
  })

  test('a conflict on session_id says what to do', async () => {
    server.upstream.script({
      status: 409,
      json: { error: { code: 'session_already_exists', message: 'taken' } },
    })
    const result = await call(url, 'create_a_gumloop_session', {
      agent_id: 'a1',
      session_id: 's1',
      input: 'x',
    })
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error).toMatchObject({
      code: 'conflict',
      upstream_code: 'session_already_exists',
      may_have_taken_effect: false,
    })
    expect(result.content[0].text).toContain('Nothing was changed.')
  })

  test('forwards a 429 with its wait in the result and in the headers, with HTTP status 200', async () => {
    const json = { error: { type: 'rate_limit_error', message: 'Too many requests' } }
    server.upstream.script({ status: 429, json, headers: { 'retry-after': '9' } })
    const response = await rpc(url, 'tools/call', {
      name: 'create_a_gumloop_session',
      arguments: { agent_id: 'a1', input: 'x' },
    })
    const { result }: Json = await response.json()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'ratelimit-reset': '9',
      'ratelimit-remaining': '0',
    })
    expect(result.structuredContent.error).toMatchObject({
      code: 'rate_limited',
      retry_after_seconds: 9,
      may_have_taken_effect: false,
    })
    expect(sent().length).toBe(1)
  })
})

describe('get_single_gumloop_session_by_id', () => {
  test.each([
    ['processing', false],
    ['queued', false],
    ['approval_required', false],
    ['completed', true],
    ['failed', true],
    ['something_new', false],
    [null, false],
  ])('reports state %s unchanged, with is_over %s', async (state, isOver) => {
    server.upstream.script({ status: 200, json: session(state) })
    const { structuredContent } = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's1' })
    expect([structuredContent.state, structuredContent.is_over]).toEqual([state, isOver])
  })

  test('finds the answer in message parts', async () => {
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: null,
        parts: [{ type: 'tool_invocation' }, { type: 'text', text: 'Done: 3 findings.' }],
      },
    ]
    server.upstream.script({ status: 200, json: session('completed', { messages }) })
    const { structuredContent } = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's1' })
    expect(structuredContent.answer).toBe('Done: 3 findings.')
  })

  test('does not report an old answer for a newer turn', async () => {
    const messages = [
      { role: 'assistant', content: 'first' },
      { role: 'user', content: 'again' },
    ]
    server.upstream.script({ status: 200, json: session('processing', { messages }) })
    const { structuredContent } = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's1' })
    expect(structuredContent.answer).toBe(null)
  })

  test('truncates a record over the limit, starting with the oldest messages, and says so', async () => {
    const messages = Array.from({ length: 500 }, (_, i) => ({
      role: 'user',
      content: `message ${i} ${'x'.repeat(1000)}`,
    }))
    server.upstream.script({ status: 200, json: session('completed', { messages }) })
    const result = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's1' })
    expect(result.content[0].text.length).toBeLessThanOrEqual(100_000)
    expect(result.structuredContent.truncated.cut.join()).toContain('session.messages')
    expect(JSON.stringify(result.structuredContent.session.messages.at(-1))).toContain('message 499')
  })
})

describe('flows', () => {
  const items = Array.from({ length: 45 }, (_, i) => ({
    saved_item_id: `f${i}`,
    name: `Flow ${i}`,
    description: '',
  }))

  test('pages Gumloop’s unpaged list', async () => {
    server.upstream.script({ status: 200, json: { saved_items: items } })
    const seen: unknown[] = []
    let cursor: string | undefined
    do {
      const { structuredContent } = await call(url, 'list_all_gumloop_flows', {
        ...(cursor && { next_cursor: cursor }),
      })
      expect(structuredContent.result_count).toBe(structuredContent.result.length)
      seen.push(...structuredContent.result)
      cursor = structuredContent.next_cursor ?? undefined
    } while (cursor)
    expect(seen).toEqual(items)
    expect(sent()[0]?.url).toBe('/api/v1/list_saved_items?user_id=user-1')
  })

  test('filters by search; rejects a foreign cursor before any request is sent', async () => {
    server.upstream.script({ status: 200, json: { saved_items: items } })
    const { structuredContent } = await call(url, 'list_all_gumloop_flows', { search: 'flow 44' })
    expect(structuredContent.result).toEqual([items[44]])
    const before = sent().length
    const wrong = await call(url, 'list_all_gumloop_flows', { next_cursor: 'zzz' })
    expect(wrong.structuredContent.error.errors[0].path).toBe('next_cursor')
    expect(sent().length).toBe(before)
  })

  const inputs = {
    inputs: [
      { name: 'campaign_name', data_type: 'string', description: 'Name of the campaign' },
      { name: 'brief', data_type: 'file', description: null },
    ],
  }

  test('converts inputs to a JSON Schema and an example call', async () => {
    server.upstream.script({ status: 200, json: inputs })
    const { structuredContent } = await call(url, 'get_single_gumloop_automation_by_id', {
      saved_item_id: 'f1',
    })
    expect(structuredContent).toMatchObject({
      saved_item_id: 'f1',
      input_schema: {
        type: 'object',
        properties: {
          campaign_name: { type: 'string', description: 'Name of the campaign' },
          brief: { type: 'string', description: 'Name of an uploaded file.' },
        },
        additionalProperties: false,
      },
      example: {
        saved_item_id: 'f1',
        inputs: { campaign_name: '<Name of the campaign>', brief: 'uploaded-file.csv' },
      },
      inputs: inputs.inputs,
    })
  })

  test('rejects an unknown input name with the valid names, and starts nothing', async () => {
    server.upstream.script({ status: 200, json: inputs })
    const result = await call(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'f1',
      inputs: { campain_name: 'x', brief: 7 },
    })
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error.errors).toEqual([
      { path: 'inputs.brief', message: 'must be a string, not a number' },
      {
        path: 'inputs.campain_name',
        message:
          'is not an input of this flow; did you mean campaign_name? its inputs are campaign_name, brief',
      },
    ])
    expect(sent().map(request => request.method)).toEqual(['GET'])
  })

  test('starts the flow with inputs at the top level, and returns the run ID', async () => {
    server.upstream.script(
      { status: 200, json: inputs },
      { status: 200, json: { run_id: 'r1', saved_item_id: 'f1', url: 'https://x' } },
    )
    const { structuredContent } = await call(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'f1',
      inputs: { campaign_name: 'Summer Promo' },
    })
    expect(JSON.parse(sent()[1]?.body ?? '')).toEqual({
      campaign_name: 'Summer Promo',
      saved_item_id: 'f1',
      user_id: 'user-1',
    })
    expect(structuredContent).toMatchObject({
      accepted: true,
      run_id: 'r1',
      is_over: false,
      inputs_left_out: ['brief'],
    })
    expect(structuredContent.next_step).toContain('r1')
  })

  test('an empty 204 is a start with an unknown ID', async () => {
    server.upstream.script({ status: 200, json: { inputs: [] } }, { status: 204 })
    const { structuredContent } = await call(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'f1',
      inputs: { anything: [1] },
    })
    expect(structuredContent).toMatchObject({ accepted: true, run_id: null, state: null, is_over: false })
    expect(structuredContent.next_step).toContain('Do not start it again')
  })

  test('allow_unknown_inputs sends other names too, but no reserved ones', async () => {
    server.upstream.script({ status: 200, json: inputs }, { status: 200, json: { run_id: 'r1' } })
    await call(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'f1',
      inputs: { extra: 1 },
      allow_unknown_inputs: true,
    })
    expect(JSON.parse(sent()[1]?.body ?? '')).toMatchObject({ extra: 1 })
    const before = sent().length
    const result = await call(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'f1',
      inputs: { user_id: 'me', api_key: 'k' },
    })
    expect(result.structuredContent.error.errors.map((error: Json) => error.path)).toEqual([
      'inputs.user_id',
      'inputs.api_key',
    ])
    expect(sent().length).toBe(before)
  })

  test('an ambiguous failure of a start says that it may have taken effect', async () => {
    server.upstream.script({ status: 200, json: { inputs: [] } }, (_, response) => response.socket?.destroy())
    const result = await call(url, 'create_a_gumloop_flow_run', { saved_item_id: 'f1' })
    expect(result.structuredContent.error).toMatchObject({
      code: 'upstream_unavailable',
      may_have_taken_effect: true,
    })
    expect(result.content[0].text).toContain('the run may have started. Look with')
  })

  test.each([
    ['RUNNING', false],
    ['QUEUED', false],
    ['TERMINATING', false],
    ['STARTED', false],
    ['DONE', true],
    ['FAILED', true],
    ['TERMINATED', true],
  ])('a run in %s: is_over %s; its log has no color codes', async (state, isOver) => {
    server.upstream.script({
      status: 200,
      json: { state, outputs: { a: 1 }, log: ['\u001b[32mgreen\u001b[0m'] },
    })
    const { structuredContent } = await call(url, 'get_single_gumloop_flow_run_by_id', { run_id: 'r1' })
    expect(structuredContent).toMatchObject({
      run_id: 'r1',
      state,
      is_over: isOver,
      outputs: { a: 1 },
      log: ['green'],
    })
  })
})

describe('artifacts', () => {
  test('by agent: one page with Gumloop’s cursor, without signed links', async () => {
    server.upstream.script({
      status: 200,
      json: { artifacts: [{ id: 'x', url: 'https://signed' }], next_cursor: 'c2' },
    })
    const { structuredContent } = await call(url, 'list_all_gumloop_artifacts', {
      agent_id: 'a1',
      limit: 5,
      next_cursor: 'c1',
    })
    expect(structuredContent).toEqual({ result: [{ id: 'x' }], next_cursor: 'c2', result_count: 1 })
    expect(sent()[0]?.url).toBe('/api/v1/agents/a1/artifacts?page_size=5&cursor=c1')
  })

  test('by session only: looks up the agent', async () => {
    server.upstream.script(
      { status: 200, json: session('completed') },
      { status: 200, json: { artifacts: [] } },
    )
    await call(url, 'list_all_gumloop_artifacts', { session_id: 's1' })
    expect(sent().map(request => request.url)).toEqual([
      '/api/v1/sessions/s1',
      '/api/v1/agents/a1/artifacts?session_id=s1&page_size=20',
    ])
  })

  test('without filter: an error that lists the required arguments', async () => {
    const result = await call(url, 'list_all_gumloop_artifacts')
    expect(result.structuredContent.error.errors).toEqual([
      { path: 'agent_id', message: 'is required unless session_id is set' },
    ])
  })

  test('one artifact: returns the link, its expiry, and a resource link', async () => {
    const download_url =
      'https://storage.googleapis.com/b/o?X-Goog-Date=20261122T101500Z&X-Goog-Expires=900&X-Goog-Signature=ab'
    server.upstream.script({
      status: 200,
      json: { download_url, filename: 'audit.csv', media_type: 'text/csv', size: 12 },
    })
    const result = await call(url, 'get_single_gumloop_artifact_by_id', { artifact_id: 'art' })
    expect(result.structuredContent).toEqual({
      download_url,
      filename: 'audit.csv',
      media_type: 'text/csv',
      size: 12,
      url_expires_at: '2026-11-22T10:30:00Z',
    })
    expect(result.content[1]).toEqual({
      type: 'resource_link',
      uri: download_url,
      name: 'audit.csv',
      mimeType: 'text/csv',
      size: 12,
    })
  })

  test('the expiry of a link that does not state it is null', async () => {
    server.upstream.script({ status: 200, json: { download_url: 'https://x.example/file' } })
    const { structuredContent } = await call(url, 'get_single_gumloop_artifact_by_id', { artifact_id: 'art' })
    expect(structuredContent.url_expires_at).toBe(null)
  })
})

describe('create_a_gumloop_chat_completion', () => {
  test('returns the reply, and generated images as images', async () => {
    const png = Buffer.from('not really a picture').toString('base64')
    const message = {
      role: 'assistant',
      content: 'Here.',
      images: [{ image_url: { url: `data:image/png;base64,${png}` } }],
    }
    server.upstream.script({ status: 200, json: { id: 'c', choices: [{ index: 0, message }] } })
    const result = await call(url, 'create_a_gumloop_chat_completion', {
      model: 'm',
      messages: [{ role: 'user', content: 'draw' }],
    })
    expect(result.structuredContent.answer).toBe('Here.')
    expect(result.content[1]).toEqual({ type: 'image', data: png, mimeType: 'image/png' })
    expect(result.content[0].text).not.toContain(png)
    expect(JSON.parse(sent()[0]?.body ?? '')).toMatchObject({ stream: false, model: 'm' })
  })

  test('omits an image over the limit, and says so', async () => {
    const big = 'A'.repeat(5 * 1024 * 1024)
    const message = { content: null, images: [{ image_url: { url: `data:image/png;base64,${big}` } }] }
    server.upstream.script({ status: 200, json: { choices: [{ message }] } })
    const result = await call(url, 'create_a_gumloop_chat_completion', { model: 'm', messages: [] })
    expect(result.content.length).toBe(1)
    expect(result.structuredContent.choices[0].message.images[0].image_url.url).toContain('omitted')
  })
})

describe('arguments and filters', () => {
  test('reports all errors at once with their paths, and sends nothing', async () => {
    const result = await call(url, 'list_all_gumloop_agents', {
      limit: 1000,
      serch: 'x',
      has_triggers: 'yes',
    })
    expect(result.structuredContent.error.errors).toEqual([
      { path: 'limit', message: 'must be at most 100' },
      { path: 'serch', message: 'is not known; did you mean search?' },
      { path: 'has_triggers', message: 'must be a boolean, not a string' },
    ])
    expect(sent()).toEqual([])
  })

  test.each([[[]], ['x'], [7]])('rejects arguments that are not an object (%j)', async args => {
    const response = await rpc(url, 'tools/call', { name: 'list_all_gumloop_agents', arguments: args })
    expect(response.status).toBeLessThan(500)
  })

  test('a read-only connector lists no write tool, and handles a call of one like an unknown tool', async () => {
    const { url: readOnly } = await server.connector({ methods: ['read'] })
    const { result }: Json = await (await rpc(readOnly, 'tools/list')).json()
    expect(result.tools.every((tool: Json) => tool.annotations.readOnlyHint)).toBe(true)
    const real: Json = await (
      await rpc(readOnly, 'tools/call', { name: 'create_a_gumloop_session', arguments: {} })
    ).json()
    const invented: Json = await (
      await rpc(readOnly, 'tools/call', { name: 'no_such_tool_as_this__', arguments: {} })
    ).json()
    expect([real.error.code, invented.error.code]).toEqual([-32602, -32602])
    expect(real.error.message.replace('create_a_gumloop_session', 'X')).toBe(
      invented.error.message.replace('no_such_tool_as_this__', 'X'),
    )
    expect(sent()).toEqual([])
  })

  test('combines methods and tags; tool names count as methods', async () => {
    const names = async (config: Parameters<TestServer['connector']>[0]) => {
      const { url: target } = await server.connector({ tool_exposure: 'all', ...config })
      const { result }: Json = await (await rpc(target, 'tools/list')).json()
      return result.tools.map((tool: Json) => tool.name)
    }
    expect(await names({ methods: ['create_a_gumloop_session', 'list_all_gumloop_agents'] })).toEqual([
      'list_all_gumloop_agents',
      'create_a_gumloop_session',
    ])
    const artifacts = await names({ methods: ['read'], tags: ['artifacts'] })
    expect(artifacts).toContain('list_all_gumloop_artifacts')
    expect(artifacts).not.toContain('list_all_gumloop_agents')
    expect(await names({ methods: ['create_a_gumloop_session'], tags: ['artifacts'] })).toEqual([])
  })

  test('names of prototype properties are neither tools nor fields', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'x'.repeat(100_000)]) {
      const answer: Json = await (await rpc(url, 'tools/call', { name, arguments: {} })).json()
      expect(answer.error.code).toBe(-32602)
      expect(answer.error.message.length).toBeLessThan(200)
    }
    const result = await call(
      url,
      'list_all_gumloop_agents',
      JSON.parse('{"__proto__":{"limit":1},"constructor":1}'),
    )
    expect(result.structuredContent.ignored_arguments).toEqual(['constructor'])
  })
})
