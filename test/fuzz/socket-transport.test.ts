/**
 * The HTTP client of the functions against Node's own: whatever a server answers, in whatever pieces, both give the same
 * response or fail alike. `FUZZ_FACTOR` sets how many answers are tried.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ExchangeError,
  type HttpExchange,
  type HttpTransport,
} from '../../lambda/shared/transport/exchange.ts'
import { nodeTransport } from '../../lambda/shared/transport/node-transport.ts'
import { socketTransport } from '../../lambda/shared/transport/socket-transport.ts'
import { type RawReply, type RawResponder, startRawResponder } from './raw-responder.ts'

const CASES = 400 * Number(process.env.FUZZ_FACTOR ?? 1)
const MAX_BYTES = 300

let server: RawResponder
beforeAll(async () => {
  server = await startRawResponder()
})
afterAll(() => server.close())

const token = fc.constantFrom(
  'x-a',
  'X-B',
  'etag',
  'set-cookie',
  'cookie',
  'server',
  '__proto__',
  'retry-after',
  'a_b',
  "x!#$%&'*+.^`|~",
)
const fieldValue = fc.oneof(
  fc.constantFrom('', '1', ' padded\t', 'a, b', 'timeout=5', 'é'.normalize(), 'close', 'keep-alive'),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('a\rb', 'a\nb', 'a\0b', '\x7f', '\x01'),
)
const header = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(token, fc.constantFrom(':', ': ', ':\t '), fieldValue).map(parts => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'no colon',
      ' folded',
      'sp ace: x',
      ': empty',
      'x-a : spaced',
      'connection: close',
      'keep-alive: timeout=5',
    ),
  },
)
const chunk = fc
  .string({ minLength: 1, maxLength: 40 })
  .map(text => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
const body = fc.oneof(
  fc
    .string({ maxLength: 120 })
    .map(text => ({ headers: [`content-length: ${Buffer.byteLength(text)}`], text })),
  fc.string({ maxLength: 120 }).map(text => ({ headers: [], text })),
  fc
    .array(chunk, { maxLength: 4 })
    .chain(chunks =>
      fc
        .constantFrom(
          '0\r\n\r\n',
          '0\r\nx-t: 1\r\n\r\n',
          '0;ext=1\r\n\r\n',
          '0\r\n',
          '',
          'zz\r\n\r\n',
          '0\r\nbad trailer\r\n\r\n',
        )
        .map(end => ({ headers: ['Transfer-Encoding: chunked'], text: chunks.join('') + end })),
    ),
  fc.constantFrom(
    { headers: ['content-length: 5'], text: 'abc' },
    { headers: ['content-length: -1'], text: '' },
    { headers: ['content-length: 1x'], text: 'a' },
    { headers: ['content-length: 3', 'content-length: 3'], text: 'abc' },
    { headers: ['content-length: 3', 'transfer-encoding: chunked'], text: '3\r\nabc\r\n0\r\n\r\n' },
    { headers: ['transfer-encoding: gzip, chunked'], text: '3\r\nabc\r\n0\r\n\r\n' },
    { headers: ['content-length: 400'], text: 'x'.repeat(400) },
    { headers: [], text: 'x'.repeat(400) },
    { headers: ['transfer-encoding: chunked'], text: `190\r\n${'x'.repeat(400)}\r\n0\r\n\r\n` },
  ),
)
const statusLine = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.1 503 ', 'HTTP/1.1 200'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'HTTP/1.0 200 OK',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
      'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('HTTP/1.1 20 OK', 'http/1.1 200 OK', 'garbage', '', 'HTTP/1.1 2000 OK'),
  },
)
const reply: fc.Arbitrary<RawReply> = fc
  .record({
    statusLine,
    headers: fc.array(header, { maxLength: 5 }),
    body,
    cuts: fc.array(fc.nat(400), { maxLength: 5 }),
    ending: fc.constantFrom('close' as const, 'close' as const, 'reset' as const),
  })
  .map(({ statusLine: first, headers, body: { headers: framing, text }, cuts, ending }) => {
    const bytes = Buffer.from(`${[first, ...headers, ...framing].join('\r\n')}\r\n\r\n${text}`, 'latin1')
    const at = [0, ...cuts.filter(cut => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
    return { parts: at.slice(1).map((end, index) => bytes.subarray(at[index], end)), ending }
  })

/** Bytes after a response are another case (test/lambda/shared/transport): `node:http` may or may not see them. */
function withoutBody({ parts, ending }: RawReply): RawReply {
  const bytes = Buffer.concat([...parts])
  const end = bytes.lastIndexOf('\r\n\r\n')
  return { parts: [end === -1 ? bytes : bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4)], ending }
}

async function outcome(transport: HttpTransport, exchange: Partial<HttpExchange>): Promise<unknown> {
  const request = {
    url: `${server.url}/p?q=1`,
    method: 'GET',
    headers: { accept: 'x' },
    timeoutMs: 5000,
    maxBytes: MAX_BYTES,
  }
  try {
    const { status, headers, body: bytes } = await transport.exchange({ ...request, ...exchange })
    return { status, headers: { ...headers }, body: bytes.toString('latin1') }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return { failure: error.failure, hasLeft: error.hasLeft }
  }
}

test('gives the response that node:http gives, or fails as it fails', {
  timeout: 20_000 + CASES * 30,
}, async () => {
  let answered = 0
  await fc.assert(
    fc.asyncProperty(reply, fc.constantFrom('GET', 'HEAD'), async (raw, method) => {
      server.reply = method === 'HEAD' ? withoutBody(raw) : raw
      const expected = await outcome(nodeTransport, { method, isFresh: true })
      expect(await outcome(socketTransport, { method, isFresh: true })).toEqual(expected)
      if (JSON.stringify(expected).includes('"status"')) answered++
    }),
    { numRuns: CASES },
  )
  expect(answered).toBeGreaterThan(CASES / 10)
})
