/**
 * Hostile input over sockets against the local server: no crash, no hang, no 5xx, constant memory, and every
 * response a documented one. `npm run test:fuzz` runs longer, each time with another seed.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { hostileMessage, hostileText, hostileValue } from './hostile-values.ts'
import { type RawAnswer, request, type Sent, sendRaw } from './raw-http.ts'
import { errorsOf } from './valid-answer.ts'

const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1)
const options = (numRuns: number): fc.Parameters<unknown> => ({
  numRuns: numRuns * FACTOR,
  ...(process.env.FUZZ_FACTOR === undefined && { seed: 1 }),
})
/** Time limit of one case. */
const TEST_MS = 60_000 * FACTOR

const { folder, remove } = temporaryFolder()
let server: Started
let port: number
let mcpPath: string
beforeAll(async () => {
  server = await startLocalProgram(folder)
  const url = new URL(server.connectorUrl ?? '')
  port = Number(url.port)
  mcpPath = url.pathname
})
afterAll(async () => {
  await server.stop()
  remove()
})

const host = () => ({ host: `localhost:${port}` })
const post = (body: Buffer | string, headers: Record<string, string> = {}) =>
  request('POST', mcpPath, body, { ...host(), ...headers })

/** Sends and validates every response. `count`: how many are expected. */
async function judged(sent: Sent, count: number | 'any', ids: unknown[] = []): Promise<RawAnswer[]> {
  const answers = await sendRaw(port, sent)
  expect(answers.flatMap(answer => errorsOf(answer, ids))).toEqual([])
  if (count !== 'any') expect(answers.length).toBe(count)
  return answers
}

/** The server still runs and responds. */
async function expectAlive(): Promise<void> {
  const [answer] = await judged({ chunks: [post('{"jsonrpc":"2.0","id":1,"method":"ping"}')] }, 1, [1])
  expect([answer?.status, answer?.body]).toEqual([200, '{"result":{},"jsonrpc":"2.0","id":1}'])
  expect(server.errors()).toBe('')
}

function residentMegabytes(): number {
  return (
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.process.pid)], { encoding: 'utf8' })) / 1024
  )
}

describe('bodies', () => {
  test('messages with hostile values in every place', { timeout: TEST_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(hostileMessage, async ({ message, headers }) => {
        const body = JSON.stringify(message)
        const [answer] = await judged({ chunks: [post(body, headers)] }, 1, [JSON.parse(body).id])
        // An internal error would be a defect.
        expect(answer?.body).not.toContain('"code":-32603')
      }),
      options(400),
    )
    await expectAlive()
  })

  test('bodies that are not messages', { timeout: TEST_MS }, async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(array => Buffer.from(array)),
      hostileValue.map(value => Buffer.from(JSON.stringify(value) ?? 'undefined')),
      hostileText.map(text => Buffer.from(text, 'utf16le')),
      fc.tuple(hostileMessage, fc.nat()).map(([{ message }, cut]) => {
        const whole = Buffer.from(JSON.stringify(message))
        return whole.subarray(0, cut % whole.length)
      }),
      hostileMessage.map(({ message }) => Buffer.from(JSON.stringify([message, message]))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async body => {
        const [answer] = await judged({ chunks: [post(body)] }, 1)
        expect([400, 202]).toContain(answer?.status)
      }),
      options(200),
    )
    await expectAlive()
  })

  test.each<[string, () => string, number[]]>([
    ['ten thousand brackets', () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`, [400]],
    ['ten thousand objects', () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, [400]],
    [
      'a call whose arguments are nested two hundred deep',
      () => {
        const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`
        const call = `"name":"list_all_gumloop_agents","arguments":${deep}`
        return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${call}}}`
      },
      [400],
    ],
    ['brackets that never close', () => '{"a":['.repeat(800_000), [400]],
    ['one key, twice', () => '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping","method":"tools/list"}', [200]],
    ['a number beyond numbers', () => '{"jsonrpc":"2.0","id":1e400,"method":"ping"}', [400]],
    [
      'a number of a million digits',
      () => `{"jsonrpc":"2.0","id":${'9'.repeat(1_000_000)},"method":"ping"}`,
      [400],
    ],
    [
      'an id of 4 MB',
      () => JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(4_000_000), method: 'ping' }),
      [200],
    ],
    [
      'an id of 10 MB',
      () => JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(10_000_000), method: 'ping' }),
      [413],
    ],
    [
      'a method of 4 MB',
      () => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'm'.repeat(4_000_000) }),
      [200],
    ],
    [
      'a hundred thousand keys',
      () =>
        `{"jsonrpc":"2.0","id":1,"method":"ping","params":{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`)}}}`,
      [200],
    ],
    ['a byte order mark', () => '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', [200, 400]],
  ])('%s', async (_, make, statuses) => {
    const body = make()
    const ids = body.length < 5_000_000 && !body.startsWith('[') ? [1, 2, 'x'.repeat(4_000_000)] : []
    const [answer] = await judged({ chunks: [post(body)] }, 1, ids)
    expect(statuses).toContain(answer?.status)
    await expectAlive()
  })
})

test('the error for a batch names it, even for a batch of one valid message', async () => {
  const [answer] = await judged({ chunks: [post('[{"jsonrpc":"2.0","id":1,"method":"ping"}]')] }, 1)
  expect([answer?.status, answer?.body]).toEqual([400, expect.stringContaining('Batches are not supported')])
})

describe('headers', () => {
  const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  const printable = fc.string({
    unit: fc.integer({ min: 32, max: 255 }).map(code => String.fromCharCode(code)),
  })
  const NAMES = [
    'accept',
    'accept-encoding',
    'authorization',
    'content-encoding',
    'content-type',
    'cookie',
    'expect',
    'forwarded',
    'host',
    'if-none-match',
    'last-event-id',
    'mcp-method',
    'mcp-name',
    'mcp-protocol-version',
    'mcp-session-id',
    'origin',
    'range',
    'te',
    'traceparent',
    'upgrade',
    'user-agent',
    'x-forwarded-host',
    'x-http-method-override',
  ]

  test('hostile values in every header that is read', { timeout: TEST_MS }, async () => {
    const headers = fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(printable, hostileText), { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(hostileMessage, headers, async ({ message, headers: own }, hostile) => {
        const clean = Object.fromEntries(
          Object.entries(hostile).map(([name, value]) => [name, value.replace(/[\0\r\n]/g, '')]),
        )
        const body = JSON.stringify(message)
        const chunks = [post(body, { ...own, ...clean, connection: 'close' })]
        await judged({ chunks }, 'any', [JSON.parse(body).id])
      }),
      options(300),
    )
    await expectAlive()
  })

  test.each<[string, () => Buffer | string, number]>([
    ['nonsense', () => 'HELO\r\n\r\n', 400],
    ['TLS to the plain port', () => Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), 400],
    ['another version of HTTP', () => `POST ${mcpPath} HTTP/9.9\r\n\r\n`, 400],
    ['no Host', () => `POST ${mcpPath} HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}`, 400],
    ['a folded header', () => post(PING, { 'x-a': 'b\r\n c' }), 400],
    ['a bare line feed in a header', () => post(PING, { 'x-a': 'b\nevil: 1' }), 400],
    ['a zero byte in a header', () => post(PING, { 'x-a': 'b\0c' }), 400],
    ['headers of 100 KB', () => post(PING, { 'x-a': 'b'.repeat(100_000) }), 431],
    ['a URL of 100 KB', () => request('POST', `/${'a'.repeat(100_000)}`, '{}', host()), 431],
    [
      'two lengths',
      () => `POST ${mcpPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 40\r\n\r\n{}`,
      400,
    ],
    ['length and chunks', () => post(PING, { 'transfer-encoding': 'chunked' }), 400],
    ['a negative length', () => post('', { 'content-length': '-1' }), 400],
    [
      'a broken chunk',
      () => `POST ${mcpPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      400,
    ],
    [
      'an unknown encoding',
      () => `POST ${mcpPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n`,
      400,
    ],
    ['an Expect', () => post(PING, { expect: 'the unexpected' }), 417],
    [
      'a message declared as text, as a foreign page could send it',
      () => post(PING, { 'content-type': 'text/plain' }),
      415,
    ],
    ['the Host of somebody else', () => post(PING, { host: 'evil.example' }), 403],
    ['a foreign Origin', () => post(PING, { origin: 'https://evil.example' }), 403],
    ['a compressed body', () => post(PING, { 'content-encoding': 'gzip' }), 200],
    ['another charset', () => post(PING, { 'content-type': 'application/json; charset=utf-16' }), 200],
  ])('%s', async (_, make, status) => {
    // A client that closes after a whole request counts as gone; a truncated request must be closed to get a response.
    const [answer] = await judged({ chunks: [make()], halfClose: status === 400 }, 1, [1])
    expect(answer?.status).toBe(status)
    expect(answer?.headers['content-type']).toBe('application/json')
    await expectAlive()
  })

  test('three thousand headers', async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x${i}`, '']))
    await judged({ chunks: [post(PING, many)] }, 1, [1])
    await expectAlive()
  })
})

describe('paths', () => {
  test('every path and method gets JSON and no redirect', { timeout: TEST_MS }, async () => {
    const segment = fc.oneof(
      fc.constantFrom('mcp', 'accounts', 'health', '.well-known', 'integrated-account', '..', '%2e%2e', ''),
      fc.constantFrom('%00', '%', '%zz', '%c0%af', '%u0000', 'gmcp_x_y', ';', '?', '#', '*', '\u00ff'),
      fc.string({
        unit: fc.integer({ min: 33, max: 126 }).map(code => String.fromCharCode(code)),
        maxLength: 12,
      }),
    )
    const method = fc.constantFrom(
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'HEAD',
      'TRACE',
      'PROPFIND',
    )
    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 5 }), async (verb, segments) => {
        const answers = await sendRaw(port, {
          chunks: [request(verb, `/${segments.join('/')}`, '', host())],
          isHead: verb === 'HEAD',
          halfClose: true,
        })
        for (const { status, headers, body } of answers) {
          expect(status < 300 || (status >= 400 && status < 500)).toBe(true)
          expect(headers.location).toBeUndefined()
          if (body !== '' && status >= 400) expect(headers['content-type']).toContain('application/json')
        }
      }),
      options(300),
    )
    await expectAlive()
  })

  test.each(['http://evil.example/mcp', '//evil.example/mcp', '*', 'mcp'])('the target %s', async target => {
    const [answer] = await judged({ chunks: [request('POST', target, '{}', host())], halfClose: true }, 1)
    expect([400, 404]).toContain(answer?.status)
  })

  test('CONNECT is closed without a response', async () => {
    expect(await sendRaw(port, { chunks: [`CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n`] })).toEqual(
      [],
    )
    await expectAlive()
  })
})

describe('connections', () => {
  const ping = (id: number) => post(JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }))

  test('accepts a body in single bytes', async () => {
    const chunks = [...ping(1)].map(byte => Buffer.from([byte]))
    await judged({ chunks, pauseMs: 1 }, 1, [1])
  })

  test('fifty pipelined requests are answered in order', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => i)
    const answers = await judged({ chunks: [Buffer.concat(ids.map(ping))], expect: 50 }, 50, ids)
    expect(answers.map(({ body }) => JSON.parse(body).id)).toEqual(ids)
  })

  test('a valid request followed by garbage on the same connection', async () => {
    const answers = await judged({ chunks: [ping(1), 'nonsense\r\n\r\n'], pauseMs: 100, expect: 2 }, 2, [1])
    expect(answers.map(answer => answer.status)).toEqual([200, 400])
  })

  test('five hundred clients that disconnect during a request', { timeout: TEST_MS }, async () => {
    const call = post(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'list_all_gumloop_agents' },
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: call.length }), async cut => {
        await judged({ chunks: [call.subarray(0, cut)], halfClose: true }, 'any', [1])
      }),
      options(500),
    )
    await expectAlive()
  })
})

test('memory does not grow over repeated rounds', { timeout: TEST_MS + 60_000 }, async () => {
  const big = post(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x', params: { text: 'y'.repeat(4_900_000) } }),
  )
  const after: number[] = []
  for (let round = 0; round < 6; round++) {
    const messages = fc.sample(hostileMessage, { numRuns: 200, seed: round })
    for (const { message, headers } of messages) {
      const body = JSON.stringify(message)
      await judged({ chunks: [post(body, headers)] }, 1, [JSON.parse(body).id])
    }
    for (let i = 0; i < 10; i++) await judged({ chunks: [big] }, 1, [1])
    after.push(residentMegabytes())
  }
  const [, , third = 0] = after
  expect(after.at(-1)).toBeLessThan(third + 60)
  expect(Math.max(...after)).toBeLessThan(400)
})

test('the log consists of whole lines and contains no token', () => {
  const log = readFileSync(path.join(folder, '.local/server.log'), 'utf8')
  const lines = log.trim().split('\n')
  expect(lines.length).toBeGreaterThan(50)
  expect(lines.filter(line => !/^\{"timestamp":"[^"]+","level":"(info|warn)"/.test(line))).toEqual([])
  expect(log).not.toContain(mcpPath.split('_').slice(2).join('_'))
})
