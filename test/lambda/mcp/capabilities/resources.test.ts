import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, rpc, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ methods: ['read'] })).url
})
afterAll(() => server.close())

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

async function ask(method: string, params: object = {}, target = url): Promise<Json> {
  return (await rpc(target, method, params)).json()
}

async function askModern(method: string, params: { uri?: string } = {}): Promise<Json> {
  const headers = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(params.uri !== undefined && { 'mcp-name': params.uri }),
  }
  return (await rpc(url, method, { ...params, _meta: MODERN }, headers)).json()
}

/** Responses of Gumloop and of the storage behind its links, by path. */
function serve(answers: Record<string, { status?: number; type?: string; body: unknown }>): void {
  server.upstream.script((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace('/api/v1', '').split('?')[0] ?? ''
    const found = answers[path] ?? { status: 404, body: { detail: 'no such thing' } }
    const isBytes = Buffer.isBuffer(found.body)
    response.writeHead(found.status ?? 200, { 'content-type': found.type ?? 'application/json' })
    response.end(isBytes ? found.body : JSON.stringify(found.body))
  })
}

const link = () => server.upstream.baseUrl.replace('/api/v1', '/storage/file?signature=secret')
const record = (over: object = {}) => ({
  body: { download_url: link(), filename: 'report.csv', media_type: 'text/csv', size: 9, ...over },
})
const csv = { type: 'text/csv', body: Buffer.from('a,b\n1,ü\n') }

describe('the list', () => {
  test('a connector that may read artifacts has two templates and an empty list', async () => {
    const { result } = await ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    })
    expect(result.capabilities.resources).toEqual({ listChanged: false, subscribe: false })
    expect((await ask('resources/list')).result).toEqual({ resources: [] })
    const { resourceTemplates } = (await ask('resources/templates/list')).result
    expect(resourceTemplates.map((one: Json) => one.uriTemplate)).toEqual([
      'gumloop://artifacts/{id}',
      'gumloop://agents/{agent}/artifacts/{filename}',
    ])
    expect(resourceTemplates[0]).toMatchObject({
      title: 'Artifact by id',
      icons: [{ mimeType: 'image/png' }],
    })
  })

  test('2026-07-28: lists and reads have a cache lifetime and scope', async () => {
    serve({ '/artifacts/art_1/download': record(), '/storage/file': csv })
    const cacheable = { ttlMs: 300_000, cacheScope: 'private' }
    expect((await askModern('resources/list')).result).toMatchObject(cacheable)
    expect((await askModern('resources/templates/list')).result).toMatchObject(cacheable)
    const { result } = await askModern('resources/read', { uri: 'gumloop://artifacts/art_1' })
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: 60_000, cacheScope: 'private' })
  })

  test('without the reading tool there are no resources and no method', async () => {
    const { url: writer } = await server.connector({ methods: ['create_a_gumloop_session'] })
    const { error } = await ask('resources/read', { uri: 'gumloop://artifacts/art_1' }, writer)
    const { result } = await ask(
      'initialize',
      { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
      writer,
    )
    expect(error.code).toBe(-32601)
    expect(Object.keys(result.capabilities)).toEqual(['tools'])
  })

  test('a connector with only the reading tool cannot read by name', async () => {
    const { url: narrow } = await server.connector({ methods: ['read_gumloop_artifact'] })
    const { resourceTemplates } = (await ask('resources/templates/list', {}, narrow)).result
    serve({})
    const { error } = await ask('resources/read', { uri: 'gumloop://agents/a/artifacts/b.csv' }, narrow)
    expect([resourceTemplates.length, error.code, server.upstream.requests.length]).toEqual([1, -32602, 0])
  })
})

describe('reading', () => {
  const uri = 'gumloop://artifacts/art_1'

  test('returns text as text; logs the tool without the link', async () => {
    serve({ '/artifacts/art_1/download': record(), '/storage/file': csv })
    const { result } = await ask('resources/read', { uri })
    expect(result).toEqual({ contents: [{ uri, mimeType: 'text/csv', text: 'a,b\n1,ü\n' }] })
    const line = JSON.parse(server.log().trim().split('\n').at(-1) ?? '{}')
    expect(line).toMatchObject({
      event: 'tool_call',
      tool: 'read_gumloop_artifact',
      via: 'resources/read',
      outcome: 'ok',
      upstream_calls: 1,
    })
    expect(server.log()).not.toContain('signature=secret')
  })

  test('returns anything else as bytes', async () => {
    const bytes = Buffer.from('%PDF-1.7\n\u0000\u0001')
    serve({
      '/artifacts/art_1/download': record({ filename: 'r.pdf', media_type: 'application/pdf' }),
      '/storage/file': { type: 'application/pdf', body: bytes },
    })
    const { result } = await ask('resources/read', { uri })
    expect(result.contents).toEqual([{ uri, mimeType: 'application/pdf', blob: bytes.toString('base64') }])
  })

  test('a file cannot claim the media type of an MCP app page', async () => {
    const page = 'text/html;profile=mcp-app'
    serve({
      '/artifacts/art_1/download': record({ filename: 'x.html', media_type: page }),
      '/storage/file': { type: page, body: Buffer.from('<script>1</script>') },
    })
    const { result } = await ask('resources/read', { uri })
    expect(result.contents[0].mimeType).toBe('text/html')
  })

  test('rejects more than 3 MB with a hint, whether Gumloop reports the size or not', async () => {
    const big = { type: 'application/zip', body: Buffer.alloc(3 * 1024 * 1024 + 1) }
    for (const size of [big.body.length, null]) {
      serve({ '/artifacts/art_1/download': record({ size }), '/storage/file': big })
      const { error } = await ask('resources/read', { uri })
      expect([error.code, error.data.code]).toEqual([-32602, 'payload_too_large'])
      expect(error.message).toContain('read_gumloop_artifact with artifact_id art_1')
      const opened = server.upstream.requests.some(request => request.url.startsWith('/storage'))
      expect(opened).toBe(size === null)
    }
  })

  test('requests a new link once when it has expired', async () => {
    let asked = 0
    server.upstream.script((request, response) => {
      if (request.url?.startsWith('/storage')) {
        response.writeHead(asked < 2 ? 403 : 200, { 'content-type': 'text/csv' }).end('a,b\n')
        return
      }
      asked++
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(record().body))
    })
    const { result } = await ask('resources/read', { uri })
    expect([result.contents[0].text, asked]).toEqual(['a,b\n', 2])
  })

  test('an unknown artifact is not found, with the requested name', async () => {
    serve({})
    const { error } = await ask('resources/read', { uri })
    expect([error.code, error.data]).toEqual([-32602, { uri }])
  })

  test('forwards a 429 without a retry, in the body and in the headers', async () => {
    server.upstream.script({
      status: 429,
      json: { detail: 'slow down' },
      headers: { 'retry-after': '7' },
    })
    const response = await rpc(url, 'resources/read', { uri })
    const { error }: Json = await response.json()
    expect([response.status, error.code, error.data.retry_after_seconds]).toEqual([200, -32603, 7])
    expect(response.headers.get('ratelimit-reset')).toBe('7')
    expect(server.upstream.requests.length).toBe(1)
  })

  test.each([
    '',
    'gumloop://artifacts/',
    'gumloop://artifacts/a/b',
    'gumloop://artifacts/a?x=1',
    'gumloop://artifacts/%',
    'gumloop://artifacts/%00',
    'gumloop://artifacts/%0d%0aHost:%20evil',
    'gumloop://agents/a/artifacts/',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'test://static-text',
  ])('%s is not found, and no request is sent', async hostile => {
    serve({})
    const { error } = await ask('resources/read', { uri: hostile })
    expect([error.code, error.data.uri]).toEqual([-32602, hostile])
    expect(server.upstream.requests.length).toBe(0)
  })

  test('a name of megabytes is not echoed completely', async () => {
    const { error } = await ask('resources/read', { uri: `gumloop://artifacts/${'a'.repeat(1_000_000)}` })
    expect([error.code, error.data.uri.length]).toEqual([-32602, 2000])
  })

  test('an ID cannot address another path of Gumloop', async () => {
    serve({})
    for (const id of ['..%2F..%2Fsessions', '..', '.', 'a%5Cb', 'a%3Fx=1', 'a%23']) {
      await ask('resources/read', { uri: `gumloop://artifacts/${id}` })
    }
    const paths = server.upstream.requests.map(one => one.url)
    expect(paths.filter(path => !/^\/api\/v1\/artifacts\/[^/?#]+\/download$/.test(path))).toEqual([])
    expect(paths.filter(path => path.includes('..'))).toEqual([])
  })
})

describe('reading by agent and file name', () => {
  const uri = 'gumloop://agents/Security%20Audit%20Agent/artifacts/Report.csv'

  test('reads the newest file of that name, in any case', async () => {
    serve({
      '/agents': {
        body: {
          agents: [
            { id: 'agt_0', name: 'Security Audit Agent 2' },
            { id: 'agt_1', name: 'security audit agent' },
          ],
        },
      },
      '/agents/agt_1/artifacts': {
        body: {
          artifacts: [
            { id: 'art_9', filename: 'report.csv' },
            { id: 'art_1', filename: 'report.csv' },
          ],
        },
      },
      '/artifacts/art_9/download': record(),
      '/storage/file': csv,
    })
    const { result } = await ask('resources/read', { uri })
    expect(result.contents).toEqual([{ uri, mimeType: 'text/csv', text: 'a,b\n1,ü\n' }])
    expect(server.upstream.requests[0]?.url).toContain('search=Security')
  })

  test('an unknown agent or file is not found', async () => {
    serve({ '/agents': { body: { agents: [] } } })
    const { error: noAgent } = await ask('resources/read', { uri })
    serve({
      '/agents': { body: { agents: [{ id: 'agt_1', name: 'Security Audit Agent' }] } },
      '/agents/agt_1/artifacts': { body: { artifacts: [{ id: 'art_9', filename: 'other.csv' }] } },
    })
    const { error: noFile } = await ask('resources/read', { uri })
    expect([noAgent.data, noFile.data]).toEqual([{ uri }, { uri }])
  })
})
