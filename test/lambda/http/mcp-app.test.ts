import http from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, KEY, rpc, startTestServer, type TestServer } from '../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: ['https://friend.example'] })
  url = (await server.connector()).url
})
afterAll(() => server.close())

const post = (target: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })

describe('routes', () => {
  test('/health returns only its status', async () => {
    const response = await fetch(`${server.origin}/health`)
    expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}'])
  })

  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])(
    '%s on the endpoint is 405 with Allow, whatever the token',
    async method => {
      for (const target of [url, `${server.origin}/mcp`, `${server.origin}/mcp/nonsense`]) {
        const response = await fetch(target, { method })
        expect(response.status).toBe(405)
        expect(response.headers.get('allow')).toBe('POST')
        expect(response.headers.get('content-type')).toBe('application/json')
      }
    },
  )

  test.each([
    '/',
    '/favicon.ico',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server/mcp/TOKEN',
    '/mcp/TOKEN/.well-known/openid-configuration',
    '/mcp/TOKEN/x',
    '/console',
  ])('%s is a JSON 404 that does not repeat the path', async path => {
    const response = await fetch(`${server.origin}${path.replace('TOKEN', url.split('/').at(-1) ?? '')}`)
    const text = await response.text()
    expect(response.status).toBe(404)
    expect(JSON.parse(text).error.message).toBe('Not found.')
    expect(text).not.toContain('gmcp_')
  })

  test('every response has the security headers', async () => {
    const response = await rpc(url, 'ping')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })
})

describe('the token', () => {
  test('is accepted in the path and as Bearer', async () => {
    const token = url.split('/').at(-1) ?? ''
    const byHeader = await rpc(`${server.origin}/mcp`, 'ping', {}, { authorization: `Bearer ${token}` })
    expect([(await rpc(url, 'ping')).status, byHeader.status]).toEqual([200, 200])
  })

  test('gets the same response if it is unknown, expired, revoked, disabled or mistyped', async () => {
    const expired = await server.connector({}, { expires_at: '2020-01-01T00:00:00Z' })
    const revoked = await server.connector({}, { revoked_at: '2026-01-01T00:00:00Z' })
    const disabled = await server.connector({}, { disabled: true })
    const good = url.split('/').at(-1) ?? ''
    const wrong = `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`
    const never = good.replace(/^gmcp_.{16}/, 'gmcp_aaaaaaaaaaaaaaaa')
    const answers = new Set<string>()
    for (const token of [
      expired.token,
      revoked.token,
      disabled.token,
      wrong,
      never,
      'x',
      'gmcp_',
      good.toUpperCase(),
      `${good}A`,
    ]) {
      const response = await rpc(`${server.origin}/mcp/${token}`, 'tools/list')
      const headers = Object.fromEntries(response.headers)
      delete headers.date
      answers.add(JSON.stringify([response.status, headers, await response.text()]))
    }
    expect(answers.size).toBe(1)
    expect([...answers][0]).toContain('404')
    const byHeader = new Set<string>()
    for (const authorization of [`Bearer ${expired.token}`, `Bearer ${wrong}`, 'Bearer x', 'Basic abc', '']) {
      const response = await rpc(
        `${server.origin}/mcp`,
        'tools/list',
        {},
        authorization === '' ? {} : { authorization },
      )
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      byHeader.add(`${response.status} ${await response.text()}`)
    }
    expect(byHeader.size).toBe(1)
    expect([...byHeader][0]).toMatch(/^401 /)
  })

  test('is checked before the body is parsed', async () => {
    expect((await post(`${server.origin}/mcp/gmcp_x`, 'not json')).status).toBe(404)
    expect((await post(`${server.origin}/mcp/gmcp_x`, Buffer.alloc(6_000_000, 32))).status).toBe(404)
  })
})

describe('bodies', () => {
  test.each<[string, string | Buffer, number, number]>([
    ['empty', '', 400, -32700],
    ['not JSON', '{', 400, -32700],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, -32700],
    ['a batch', '[]', 400, -32600],
    ['a batch of one', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600],
    ['too deep', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 400, -32600],
    ['an empty object', '{}', 400, -32600],
    ['a string', '"ping"', 400, -32600],
  ])('%s gets a JSON-RPC error', async (_, body, status, code) => {
    const response = await post(url, body)
    const answer: Json = await response.json()
    expect([response.status, answer.error.code, answer.jsonrpc]).toEqual([status, code, '2.0'])
  })

  test('more than 5 MB is 413, with and without Content-Length', async () => {
    const declared = await post(url, Buffer.alloc(5 * 1024 * 1024 + 1, 32))
    expect(declared.status).toBe(413)
    const undeclared = await new Promise<number>((resolve, reject) => {
      const request = http.request(
        url,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        response => {
          resolve(response.statusCode ?? 0)
          response.resume()
          request.destroy()
        },
      )
      request.on('error', reject)
      const chunk = Buffer.alloc(1024 * 1024, 32)
      for (let i = 0; i < 6; i++) request.write(chunk)
    })
    expect(undeclared).toBe(413)
  })

  test('another content type is 415', async () => {
    expect((await post(url, '{}', { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('browsers', () => {
  test('an unknown Origin is rejected, an allowed one and none are accepted', async () => {
    expect((await rpc(url, 'ping', {}, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await rpc(url, 'ping', {}, { origin: 'null' })).status).toBe(403)
    const friend = await rpc(url, 'ping', {}, { origin: 'https://friend.example' })
    expect([friend.status, friend.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://friend.example',
    ])
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://friend.example' } })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'POST'])
  })
})

describe('the protocol', () => {
  test.each(['2025-11-25', '2025-06-18', '2025-03-26'])('initialize agrees on %s', async protocolVersion => {
    const response = await rpc(url, 'initialize', {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    })
    const { result }: Json = await response.json()
    expect(result.protocolVersion).toBe(protocolVersion)
    expect(result.capabilities.tools).toEqual({ listChanged: false })
    expect(result.instructions.slice(0, 512)).toContain('create_a_gumloop_session')
  })

  test('an unknown version is offered the newest that has a handshake', async () => {
    const response = await rpc(url, 'initialize', {
      protocolVersion: '1999-01-01',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    })
    expect(((await response.json()) as Json).result.protocolVersion).toBe('2025-11-25')
  })

  const modern = (method: string, params: object = {}, headers: Record<string, string> = {}) =>
    rpc(
      url,
      method,
      {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '2' },
        },
      },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...headers },
    )

  test('2026-07-28: discover returns versions, instructions and a cache lifetime', async () => {
    const response = await modern('server/discover')
    const { result }: Json = await response.json()
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(result).toMatchObject({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      ttlMs: 300_000,
      cacheScope: 'private',
    })
  })

  test('2026-07-28: only the introduction shows the icon; every other answer names the server briefly', async () => {
    const infoOf = async (response: Response): Promise<Json> =>
      ((await response.json()) as Json).result._meta['io.modelcontextprotocol/serverInfo']
    expect(await infoOf(await modern('server/discover'))).toMatchObject({ title: 'Gumloop', icons: [{}] })
    const brief = await infoOf(await modern('tools/list'))
    expect(Object.keys(brief).toSorted()).toEqual(['name', 'version'])
  })

  test('2026-07-28: the list has cache hints, and a header that contradicts the body is rejected', async () => {
    const { result }: Json = await (await modern('tools/list')).json()
    expect([result.ttlMs, result.cacheScope, result.tools.length > 5]).toEqual([300_000, 'private', true])
    const wrong = await modern('tools/list', {}, { 'mcp-method': 'tools/call' })
    expect([wrong.status, ((await wrong.json()) as Json).error.code]).toEqual([400, -32020])
  })

  test('an unknown method is -32601 in both kinds of protocol version', async () => {
    const old = await rpc(url, 'nothing/here')
    const now = await modern('nothing/here')
    expect([old.status, ((await old.json()) as Json).error.code]).toEqual([200, -32601])
    expect([now.status, ((await now.json()) as Json).error.code]).toEqual([404, -32601])
  })

  test('a notification is accepted with 202 and nothing else', async () => {
    const response = await post(url, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
    expect([response.status, await response.text()]).toEqual([202, ''])
  })
})

describe('logging', () => {
  test('writes one line per call: connector, tool, outcome; no token, key, argument or result', async () => {
    const { url: target, token, record } = await server.connector()
    server.upstream.script({
      status: 200,
      json: { saved_items: [{ saved_item_id: 'very-secret-flow', name: 'x' }] },
    })
    await rpc(
      target,
      'tools/call',
      { name: 'list_all_gumloop_flows', arguments: { search: 'private-words' } },
      { 'user-agent': 'agent/7 (x)' },
    )
    const log = server.log()
    const line = JSON.parse(
      log
        .trim()
        .split('\n')
        .findLast(one => one.includes(record.id)) ?? '{}',
    )
    expect(line).toMatchObject({
      event: 'tool_call',
      connector_id: record.id,
      account_id: 'acme',
      tool: 'list_all_gumloop_flows',
      outcome: 'ok',
      upstream_status: 200,
      upstream_calls: 1,
      argument_characters: 26,
      client: 'agent/7',
    })
    for (const secret of [
      token,
      token.split('_').slice(2).join('_'),
      KEY,
      'private-words',
      'very-secret-flow',
    ]) {
      expect(log).not.toContain(secret)
    }
  })
})

test('a client that disconnects during a call aborts the request to Gumloop', async () => {
  let upstreamClosed = false
  server.upstream.script((_, response) => {
    response.on('close', () => {
      upstreamClosed = true
    })
  })
  const target = new URL(url)
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'list_all_gumloop_agents', arguments: {} },
  })
  const socket = connect(Number(target.port), '127.0.0.1')
  socket.write(
    `POST ${target.pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await expect.poll(() => server.upstream.requests.length).toBe(1)
  socket.destroy()
  await expect.poll(() => upstreamClosed).toBe(true)
})
