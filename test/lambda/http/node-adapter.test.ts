import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createNodeServer, type NodeServerOptions } from '../../../lambda/http/node-adapter.ts'
import type { HttpRequest, HttpResponse } from '../../../lambda/shared/http-message.ts'
import { request, sendRaw } from '../../fuzz/raw-http.ts'

type App = (request: HttpRequest) => Promise<HttpResponse>

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise(resolve => server?.close(resolve))
})

const ok: App = async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' })

async function listen(app: App, options: Partial<NodeServerOptions> = {}): Promise<number> {
  const made = createNodeServer(app, { deadlineMs: 30_000, ...options })
  server = made
  await new Promise<void>(resolve => made.listen(0, '127.0.0.1', resolve))
  return (made.address() as AddressInfo).port
}

const refused = (status: number, code: number, message: string) => ({
  status,
  headers: expect.objectContaining({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  }),
  body: JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }),
})

describe('invalid requests', () => {
  test('with incomplete headers get 408', async () => {
    const port = await listen(ok, { headersTimeoutMs: 150, requestTimeoutMs: 300 })
    const answers = await sendRaw(port, { chunks: ['POST / HTTP/1.1\r\n', 'host: x\r\n'] })
    expect(answers).toEqual([refused(408, -32000, 'The request took too long to arrive.')])
  })

  test('with an incomplete body get 408 and never reach the app', async () => {
    let asked = 0
    const port = await listen(
      async request => {
        await request.readBody()
        asked++
        return ok(request)
      },
      { headersTimeoutMs: 150, requestTimeoutMs: 300 },
    )
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n'
    const answers = await sendRaw(port, { chunks: [head, '{"a'] })
    expect(answers).toEqual([refused(408, -32000, 'The request took too long to arrive.')])
    expect(asked).toBe(0)
  })

  test('without HTTP or Host, with too large headers or an Expect header get a JSON error', async () => {
    const port = await listen(ok)
    const send = async (bytes: Buffer | string) => (await sendRaw(port, { chunks: [bytes] }))[0]
    const notHttp = refused(400, -32700, 'Not a valid HTTP request.')
    expect(await send('HELO\r\n\r\n')).toEqual(notHttp)
    expect(await send('GET / HTTP/1.1\r\n\r\n')).toEqual(notHttp)
    expect(await send(request('GET', '/', '', { 'x-a': 'b'.repeat(20_000) }))).toEqual(
      refused(431, -32000, 'The request headers are larger than 16 KB.'),
    )
    expect(await send(request('POST', '/', '{}', { expect: 'x' }))).toMatchObject({ status: 417 })
  })

  test('get no error inside a response that has started', async () => {
    let proceed = () => {}
    const port = await listen(async () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: (async function* () {
        yield 'data: 1\n\n'
        await new Promise<void>(resolve => {
          proceed = resolve
        })
        yield 'data: 2\n\n'
      })(),
    }))
    const chunks = [request('POST', '/', '{}', { host: 'x' }), 'nonsense\r\n\r\n']
    const answers = await sendRaw(port, { chunks, pauseMs: 100 })
    proceed()
    expect(answers).toEqual([])
  })
})

describe('clients that disconnect', () => {
  test('while sending the body never reach the app', async () => {
    let asked = 0
    const port = await listen(async request => {
      await request.readBody()
      asked++
      return ok(request)
    })
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n'
    await sendRaw(port, { chunks: [head, '{"a'], halfClose: true })
    expect(asked).toBe(0)
  })

  test('while waiting for the response abort the request', async () => {
    let aborted: Promise<unknown> | undefined
    const port = await listen(({ signal }) => {
      aborted = new Promise(resolve => signal.addEventListener('abort', () => resolve('gone')))
      return new Promise(() => {})
    })
    await sendRaw(port, { chunks: [request('POST', '/', '{}', { host: 'x' })], halfClose: true })
    expect(await aborted).toBe('gone')
  })
})
