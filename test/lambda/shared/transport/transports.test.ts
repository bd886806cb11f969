/** Both transports, over real sockets: connections that are kept, lost, cut and refused. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HttpExchange, HttpTransport } from '../../../../lambda/shared/transport/exchange.ts'
import { nodeTransport } from '../../../../lambda/shared/transport/node-transport.ts'
import { socketTransport } from '../../../../lambda/shared/transport/socket-transport.ts'
import { type RawResponder, startRawResponder } from '../../../fuzz/raw-responder.ts'

let raw: RawResponder
let echo: Server
let connections: number
beforeEach(async () => {
  raw = await startRawResponder()
  connections = 0
  echo = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      response.setHeader('x-seen', JSON.stringify({ method, url, headers }))
      response.end(Buffer.concat(chunks))
    })
  }).on('connection', () => connections++)
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  nodeTransport.dropIdleConnections()
  socketTransport.dropIdleConnections()
  await raw.close()
  await new Promise(resolve => echo.close(resolve))
})

const RESPONSE = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
const echoUrl = (path = '/') => `http://127.0.0.1:${(echo.address() as AddressInfo).port}${path}`
const request = (url: string, more: Partial<HttpExchange> = {}): HttpExchange => ({
  url,
  method: 'GET',
  headers: { accept: '*/*' },
  timeoutMs: 10_000,
  maxBytes: 10_000_000,
  ...more,
})

describe.each<[string, HttpTransport]>([
  ['node:http', nodeTransport],
  ['sockets', socketTransport],
])('exchanges over %s', (_, transport) => {
  test('send method, path, headers and body, and read a large binary body', async () => {
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_one, index) => index % 256))
    const answer = await transport.exchange(
      request(echoUrl('/a/b%20c?d=%C3%A9'), { method: 'POST', headers: { 'x-a': '1' }, body }),
    )
    expect(answer.status).toBe(200)
    expect(answer.body.equals(body)).toBe(true)
    const seen = JSON.parse(answer.headers['x-seen'] ?? '')
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/a/b%20c?d=%C3%A9',
      headers: { 'x-a': '1', 'content-length': '3000000', host: new URL(echoUrl()).host },
    })
  })

  test('send a text body as UTF-8, and none for a GET', async () => {
    const posted = await transport.exchange(request(echoUrl(), { method: 'POST', body: 'héé' }))
    expect(posted.body.toString('utf8')).toBe('héé')
    const got = JSON.parse((await transport.exchange(request(echoUrl()))).headers['x-seen'] ?? '')
    expect(got.headers).not.toHaveProperty('content-length')
  })

  test('use one connection for one exchange after another, and several for several at once', async () => {
    for (let index = 0; index < 5; index++) await transport.exchange(request(echoUrl()))
    expect(connections).toBe(1)
    await Promise.all([1, 2, 3].map(() => transport.exchange(request(echoUrl()))))
    expect(connections).toBe(3)
    await transport.exchange(request(echoUrl(), { isFresh: true }))
    expect(connections).toBe(4)
  })

  test('do not reuse a connection that carried more than its response', async () => {
    raw.reply = { parts: [Buffer.concat([RESPONSE, Buffer.from('HTTP/1.1 500 no\r\n\r\n')])], ending: 'keep' }
    await transport.exchange(request(raw.url)).catch(() => undefined)
    raw.reply = { parts: [RESPONSE], ending: 'keep' }
    expect((await transport.exchange(request(raw.url))).status).toBe(200)
  })

  test('report a kept-alive connection that was closed as a dead socket', async () => {
    raw.reply = { parts: [RESPONSE], ending: 'keep' }
    await transport.exchange(request(raw.url))
    raw.reply = { parts: [], ending: 'reset' }
    await expect(transport.exchange(request(raw.url))).rejects.toMatchObject({
      failure: 'dead_socket',
      hasLeft: true,
    })
  })

  test.each([
    ['closed before a response', { parts: [], ending: 'close' }],
    ['reset before a response', { parts: [], ending: 'reset' }],
    ['cut in the body', { parts: [RESPONSE.subarray(0, -1)], ending: 'close' }],
  ] as const)('fail when a new connection is %s', async (_what, reply) => {
    raw.reply = reply
    await expect(transport.exchange(request(raw.url, { isFresh: true }))).rejects.toMatchObject({
      failure: 'failed',
      hasLeft: true,
      code: 'ECONNRESET',
    })
  })

  test('fail with the code of a refused connection, and say that nothing has left', async () => {
    await expect(transport.exchange(request('http://127.0.0.1:1'))).rejects.toMatchObject({
      failure: 'failed',
      code: 'ECONNREFUSED',
      hasLeft: false,
    })
  })

  test('refuse a body over the limit, declared or not', async () => {
    for (const head of ['content-length: 300', 'transfer-encoding: chunked']) {
      const body = head.startsWith('content') ? 'x'.repeat(300) : `12c\r\n${'x'.repeat(300)}\r\n0\r\n\r\n`
      raw.reply = { parts: [Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`)], ending: 'keep' }
      await expect(transport.exchange(request(raw.url, { maxBytes: 299 }))).rejects.toMatchObject({
        failure: 'too_large',
      })
    }
  })

  test('end at the time limit, at any point of the response', async () => {
    for (const parts of [[], [RESPONSE.subarray(0, 10)], [RESPONSE.subarray(0, -1)]]) {
      raw.reply = { parts, ending: 'keep' }
      await expect(transport.exchange(request(raw.url, { timeoutMs: 80 }))).rejects.toMatchObject({
        failure: 'timeout',
        hasLeft: true,
      })
    }
  })

  test('end when the signal fires, before and during the exchange', async () => {
    const aborted = request(raw.url, { signal: AbortSignal.abort() })
    await expect(transport.exchange(aborted)).rejects.toMatchObject({ failure: 'aborted', hasLeft: false })
    expect(raw.requests).toEqual([])
    const abort = new AbortController()
    raw.reply = { parts: [], ending: 'keep' }
    const running = transport.exchange(request(raw.url, { signal: abort.signal }))
    while (raw.requests.length === 0) await new Promise(resolve => setImmediate(resolve))
    abort.abort()
    await expect(running).rejects.toMatchObject({ failure: 'aborted', hasLeft: true })
  })

  test.each(['a\r\nx-evil: 1', 'a\nb', 'a\0b', '€'])('send no header with %j', async value => {
    await expect(transport.exchange(request(raw.url, { headers: { 'x-a': value } }))).rejects.toThrow()
    expect(raw.requests).toEqual([])
  })
})

test('the socket transport refuses a version that is not HTTP/1', async () => {
  raw.reply = { parts: [Buffer.from('HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n')], ending: 'keep' }
  await expect(socketTransport.exchange(request(raw.url))).rejects.toMatchObject({ failure: 'failed' })
})

test('the socket transport does not use a connection again that the server is about to close', async () => {
  const head = 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n'
  raw.reply = { parts: [Buffer.from(head)], ending: 'keep' }
  await socketTransport.exchange(request(raw.url))
  raw.reply = { parts: [], ending: 'reset' }
  await expect(socketTransport.exchange(request(raw.url))).rejects.toMatchObject({ failure: 'failed' })
})
