import { describe, expect, it, vi } from 'vitest'
import type { MakeServer } from '../../../lambda/mcp/sdk-exchange.ts'
import type { HttpResponse } from '../../../lambda/shared/http-message.ts'
import {
  BOTH,
  envelope,
  framesOf,
  JSON_ONLY,
  legacyCall,
  MODERN,
  modern,
  modernHeaders,
  parsed,
} from './exchange-messages.ts'
import { VARIANTS } from './exchange-variants.ts'

const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26']
const TOOL = { name: 'echo', inputSchema: { type: 'object' as const } }

describe.each(VARIANTS)('%s', (_name, { exchange, Server }) => {
  /** A server whose tool echoes its arguments: `slow` reports progress twice first, `stuck` waits for an abort. */
  const makeServer: MakeServer = () => {
    const server = new Server(
      { name: 'test', version: '1.0.0' },
      { capabilities: { tools: {} }, supportedProtocolVersions: LEGACY_VERSIONS, instructions: 'Hello' },
    )
    server.setRequestHandler('tools/list', () => ({ tools: [TOOL] }))
    server.setRequestHandler('tools/call', async (request, context) => {
      const { progressToken } = context.mcpReq._meta ?? {}
      if (request.params.name === 'stuck') {
        aborted = new Promise(resolve => context.mcpReq.signal.addEventListener('abort', () => resolve(true)))
        if (progressToken === undefined) await aborted
      }
      if (progressToken !== undefined) {
        for (const progress of [1, 2]) {
          await context.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress },
          })
        }
      }
      if (request.params.name === 'stuck') await aborted
      return { content: [{ type: 'text', text: `echo ${JSON.stringify(request.params.arguments)}` }] }
    })
    return server
  }
  let aborted: Promise<boolean> | undefined

  function send(
    message: unknown,
    headers: Record<string, string> = BOTH,
    signal = new AbortController().signal,
  ): Promise<HttpResponse> {
    return exchange(makeServer, message, { url: 'https://server.example/mcp', headers, signal })
  }

  describe('messages up to 2025-11-25', () => {
    it('responds to initialize with the requested version', async () => {
      const response = await send({
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
      })
      expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
      expect(parsed(response)).toEqual({
        jsonrpc: '2.0',
        id: 0,
        result: {
          protocolVersion: '2025-06-18',
          capabilities: { tools: {} },
          serverInfo: { name: 'test', version: '1.0.0' },
          instructions: 'Hello',
        },
      })
    })

    it.each([['2024-11-05'], ['1999-01-01']])('offers 2025-11-25 to a client of %s', async version => {
      const response = await send({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
      })
      expect(parsed(response)).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } })
    })

    it('accepts notifications with an empty 202', async () => {
      const response = await send({ jsonrpc: '2.0', method: 'notifications/initialized' })
      expect(response).toEqual({ status: 202, headers: {}, body: '' })
    })

    it('responds to list, ping and call with JSON, whatever the client accepts', async () => {
      const list = await send(
        { jsonrpc: '2.0', id: 'l', method: 'tools/list' },
        { ...JSON_ONLY, accept: '*/*' },
      )
      const ping = await send({ jsonrpc: '2.0', id: 'p', method: 'ping' }, JSON_ONLY)
      const call = await send(legacyCall({ name: 'echo', arguments: { a: 1 } }), {
        ...JSON_ONLY,
        accept: 'application/json',
      })
      expect(parsed(list)).toEqual({ jsonrpc: '2.0', id: 'l', result: { tools: [TOOL] } })
      expect(parsed(ping)).toEqual({ jsonrpc: '2.0', id: 'p', result: {} })
      expect(parsed(call)).toEqual({
        jsonrpc: '2.0',
        id: 7,
        result: { content: [{ type: 'text', text: 'echo {"a":1}' }] },
      })
    })

    it('streams progress to a client that sends a progress token and accepts a stream', async () => {
      const response = await send(legacyCall({ name: 'slow', _meta: { progressToken: 'p' } }))
      expect(response.headers['content-type']).toBe('text/event-stream')
      expect(await framesOf(response)).toEqual([
        { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } },
        { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 2 } },
        { jsonrpc: '2.0', id: 7, result: { content: [{ type: 'text', text: 'echo undefined' }] } },
      ])
    })

    it('sends no progress to a client that accepts only JSON', async () => {
      const response = await send(legacyCall({ name: 'slow', _meta: { progressToken: 'p' } }), JSON_ONLY)
      expect(response.headers).toEqual({ 'content-type': 'application/json' })
      expect(parsed(response)).toMatchObject({ id: 7, result: { content: [{ text: 'echo undefined' }] } })
    })

    it('rejects an unsupported version header, but not on initialize', async () => {
      const call = await send(
        { jsonrpc: '2.0', id: 3, method: 'ping' },
        { ...BOTH, 'mcp-protocol-version': '2024-11-05' },
      )
      expect(call.status).toBe(400)
      expect(parsed(call)).toMatchObject({ id: 3, error: { code: -32000 } })
      const initialize = await send(
        {
          jsonrpc: '2.0',
          id: 4,
          method: 'initialize',
          params: {
            protocolVersion: '2025-03-26',
            capabilities: {},
            clientInfo: { name: 'c', version: '1' },
          },
        },
        { ...BOTH, 'mcp-protocol-version': '2024-11-05' },
      )
      expect(parsed(initialize)).toMatchObject({ id: 4, result: { protocolVersion: '2025-03-26' } })
    })

    it('responds to an unknown method with -32601 and status 200', async () => {
      const response = await send({ jsonrpc: '2.0', id: 5, method: 'server/discover' })
      expect([response.status, parsed(response)]).toEqual([
        200,
        { jsonrpc: '2.0', id: 5, error: { code: -32601, message: 'Method not found' } },
      ])
    })
  })

  describe('2026-07-28 messages', () => {
    it('responds to server/discover', async () => {
      const response = await send(modern('server/discover'), modernHeaders('server/discover'))
      expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
      expect(parsed(response)).toEqual({
        jsonrpc: '2.0',
        id: 'm1',
        result: {
          supportedVersions: [MODERN],
          capabilities: { tools: {} },
          instructions: 'Hello',
          resultType: 'complete',
          ttlMs: 0,
          cacheScope: 'private',
          _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'test', version: '1.0.0' } },
        },
      })
    })

    it('responds to a call with JSON, whatever the client accepts', async () => {
      const headers = { ...modernHeaders('tools/call', 'echo'), accept: '*/*' }
      const response = await send(
        modern('tools/call', { name: 'echo', arguments: {} }, { progressToken: 1 }),
        headers,
      )
      expect(response.headers).toEqual({ 'content-type': 'application/json' })
      expect(parsed(response)).toMatchObject({
        id: 'm1',
        result: { resultType: 'complete', content: [{ type: 'text', text: 'echo {}' }] },
      })
    })

    it('streams progress to a client that sends a progress token and accepts a stream', async () => {
      const message = modern('tools/call', { name: 'slow' }, { progressToken: 1 })
      const response = await send(message, modernHeaders('tools/call', 'slow'))
      expect(response.headers).toEqual({
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      })
      expect(await framesOf(response)).toMatchObject([
        { method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
        { method: 'notifications/progress', params: { progressToken: 1, progress: 2 } },
        { id: 'm1', result: { resultType: 'complete' } },
      ])
    })

    it.each([
      ['an empty Mcp-Method', { 'mcp-method': '' }, 400, -32020],
      ['a wrong Mcp-Name', { 'mcp-name': 'other' }, 400, -32020],
      ['a version that the body does not name', { 'mcp-protocol-version': '2025-11-25' }, 400, -32020],
    ])('rejects %s', async (_what, wrong, status, code) => {
      const headers = { ...modernHeaders('tools/call', 'echo'), ...wrong }
      const response = await send(modern('tools/call', { name: 'echo' }), headers)
      expect([response.status, parsed(response)]).toMatchObject([status, { id: 'm1', error: { code } }])
    })

    it('rejects a subscription and an unknown method with 404, and an invalid envelope with 400', async () => {
      const listen = await send(
        modern('subscriptions/listen', { notifications: {} }),
        modernHeaders('subscriptions/listen'),
      )
      const unknown = await send(modern('no/such'), modernHeaders('no/such'))
      const broken = await send(
        {
          jsonrpc: '2.0',
          id: 9,
          method: 'server/discover',
          params: { _meta: { [Object.keys(envelope)[0] ?? '']: MODERN } },
        },
        modernHeaders('server/discover'),
      )
      expect([listen.status, parsed(listen)]).toMatchObject([404, { id: 'm1', error: { code: -32601 } }])
      expect([unknown.status, parsed(unknown)]).toMatchObject([404, { error: { code: -32601 } }])
      expect([broken.status, parsed(broken)]).toMatchObject([400, { id: 9, error: { code: -32602 } }])
    })
  })

  describe('all versions', () => {
    it.each([
      [null],
      ['text'],
      [[]],
      [{}],
      [{ jsonrpc: '1.0', id: 1, method: 'ping' }],
      [{ jsonrpc: '2.0', id: 1, result: {} }],
    ])('rejects %j with 400', async message => {
      const response = await send(message)
      expect([response.status, parsed(response)]).toMatchObject([400, { error: { code: -32600 } }])
    })

    it('rejects another content type with 415', async () => {
      const response = await send({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'content-type': 'text/plain' })
      expect([response.status, parsed(response)]).toMatchObject([415, { error: { code: -32000 } }])
    })

    it.each([
      ['2025', legacyCall({ name: 'stuck' }), BOTH],
      ['2026', modern('tools/call', { name: 'stuck' }), modernHeaders('tools/call', 'stuck')],
    ])(
      '%s: aborts the handler when the client disconnects before a response',
      async (_version, message, headers) => {
        aborted = undefined
        const leaving = new AbortController()
        const answer = send(message, headers, leaving.signal)
        await vi.waitFor(() => expect(aborted, 'the handler runs').toBeDefined(), { interval: 1 })
        leaving.abort()
        expect(await answer).toEqual({ status: 499, headers: {}, body: '' })
        expect(await aborted).toBe(true)
      },
    )

    it.each([
      ['2025', legacyCall({ name: 'stuck', _meta: { progressToken: 1 } }), BOTH],
      [
        '2026',
        modern('tools/call', { name: 'stuck' }, { progressToken: 1 }),
        modernHeaders('tools/call', 'stuck'),
      ],
    ])('%s: aborts the handler when the reader abandons the stream', async (_version, message, headers) => {
      const { body } = await send(message, headers)
      if (typeof body !== 'string') for await (const _frame of body) break
      expect(body).not.toBeTypeOf('string')
      expect(await aborted).toBe(true)
    })

    it.each([
      ['2025', { jsonrpc: '2.0', id: 1, method: 'ping' }, BOTH],
      ['2026', modern('server/discover'), modernHeaders('server/discover')],
    ])('%s: rethrows what creating the server throws', async (_version, message, headers) => {
      const failure = new Error('no such account')
      const answer = exchange(() => Promise.reject(failure), message, {
        url: 'https://server.example/mcp',
        headers,
        signal: new AbortController().signal,
      })
      await expect(answer).rejects.toBe(failure)
    })
  })
})
