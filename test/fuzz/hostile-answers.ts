/** Answers in Gumloop's place: records with anything anywhere, errors, other encodings, other headers. Arbitraries for fast-check. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import { hostileText, hostileValue } from './hostile-values.ts'

export interface HostileAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** Nothing was sent, or nothing but white space. */
  isEmpty: boolean
  /** What the body says where it is JSON in a readable encoding; undefined for anything else. */
  value: unknown
}

/** JSON that no JavaScript value holds. */
const RAW = ['9007199254740993', '-12345678901234567890', '1e400', '"\\ud800"', '{"__proto__":{"a":1}}', '-0']

/** Texts that mean something to us, and numbers, times and states of every form. */
const MEANINGFUL = fc.constantFrom<unknown>(
  ...['RUNNING', 'DONE', 'completed', 'CANCELED', 'timed_out', 'idle', 'approval_required', 'some_new_state'],
  ...['2026-11-28T09:00:00Z', '2026-11-28 09:00:00', '0001-01-01T00:00:00Z', 'yesterday', 1_795_856_400],
  ...['id-1', 7, '', true, null, 'a\u2028b', 'a\ud83d', '\u001b[31mred'],
)

/** Names of fields that some code of ours reads. */
const NAMES = [
  ...new Set([
    ...toolIndex().flatMap(({ name }) => {
      const tool = findTool(name)
      return [
        ...Object.keys(tool?.definition.outputSchema.properties ?? {}),
        tool?.plan?.paging?.items ?? 'id',
      ]
    }),
    ...[
      'error',
      'errors',
      'detail',
      'message',
      'code',
      'id',
      'agent_id',
      'messages',
      'role',
      'content',
      'parts',
    ],
    ...[
      'total_pages',
      'name',
      'description',
      'download_url',
      'filename',
      'metadata',
      'queue_position',
      'usage',
    ],
    ...[
      'failed_files',
      'rejected',
      'success',
      'status',
      'gumloop_auth_url',
      'data_type',
      'retry_after',
      'choices',
    ],
  ]),
]

const leaf = fc.oneof({ weight: 3, arbitrary: MEANINGFUL }, { weight: 1, arbitrary: hostileValue })

const anything: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), hostileText), tie('value'), { maxKeys: 5 }),
  ),
})).value

/** Records as Gumloop sends them, from which some fields are missing or are something else. */
const session = fc.record(
  {
    id: fc.oneof(fc.constant('s1'), anything),
    state: leaf,
    agent_id: leaf,
    messages: fc.oneof(
      fc.array(
        fc.record({
          id: leaf,
          role: fc.constantFrom('user', 'assistant'),
          content: anything,
          parts: anything,
        }),
      ),
      anything,
    ),
    usage: anything,
    pending_approvals: anything,
  },
  { requiredKeys: [] },
)
const records = fc.oneof(
  fc.record({ session, queue_position: leaf }, { requiredKeys: [] }),
  session,
  fc.record(
    { run_id: leaf, state: leaf, outputs: anything, log: anything, created_ts: leaf, finished_ts: leaf },
    { requiredKeys: [] },
  ),
  fc.dictionary(fc.constantFrom(...NAMES), anything, { maxKeys: 8 }),
  fc.constantFrom(...NAMES).chain(name => fc.record({ [name]: fc.array(anything), next_cursor: leaf })),
)

const json = fc.oneof(
  { weight: 5, arbitrary: records.map(value => JSON.stringify(value) ?? 'null') },
  { weight: 2, arbitrary: anything.map(value => JSON.stringify(value) ?? 'null') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...RAW).map(raw => `{"run_id":${raw},"agents":[${raw}],"state":${raw}}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '{',
      'null',
      '<html><title>Busy</title>',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
    ),
  },
)

type Encode = (text: string) => { body: Buffer; headers: Record<string, string>; isReadable: boolean }
const plain = (text: string) => Buffer.from(text)
const ENCODINGS: Encode[] = [
  text => ({ body: Buffer.from(`\ufeff${text}`), headers: {}, isReadable: true }),
  text => ({ body: Buffer.from(`\ufeff${text}`, 'utf16le'), headers: {}, isReadable: true }),
  text => ({ body: gzipSync(plain(text)), headers: { 'content-encoding': 'gzip' }, isReadable: true }),
  text => ({ body: deflateSync(plain(text)), headers: { 'content-encoding': 'deflate' }, isReadable: true }),
  text => ({
    body: brotliCompressSync(plain(text)),
    headers: { 'content-encoding': 'br' },
    isReadable: true,
  }),
  text => ({ body: plain(text), headers: { 'content-encoding': 'gzip' }, isReadable: false }),
  text => ({ body: gzipSync(plain(text)), headers: {}, isReadable: false }),
  text => ({ body: plain(text).subarray(0, text.length / 2), headers: {}, isReadable: false }),
  text => ({ body: plain(text), headers: { 'content-encoding': 'zstd' }, isReadable: false }),
]
const encode = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constant<Encode>(text => ({ body: plain(text), headers: {}, isReadable: true })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ENCODINGS) },
)

const headerValue = hostileText.map(text => text.replace(/[^\x20-\x7e]/g, '').slice(0, 200))
const headers = fc.record(
  {
    'content-type': fc.oneof(
      fc.constantFrom('application/json', 'text/csv; charset=Shift_JIS', 'text/html', 'application/zip', 'x'),
      fc.constant('application/json; charset=utf-16le'),
      headerValue,
    ),
    'retry-after': fc.oneof(
      fc.constantFrom('1.5', '0.01', '-1', 'Sat, 28 Nov 2026 09:00:00 GMT'),
      headerValue,
    ),
    ratelimit: fc.oneof(fc.constant('limit=1, remaining=0, reset=30'), headerValue),
    'x-ratelimit-reset': fc.oneof(fc.constantFrom('1795856400', '0.5'), headerValue),
  },
  { requiredKeys: [] },
)
const status = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(200, 200, 200, 201, 202, 204, 207) },
  { weight: 3, arbitrary: fc.constantFrom(301, 400, 401, 402, 403, 404, 409, 413, 418, 422, 429, 500, 501) },
)

export const hostileAnswer: fc.Arbitrary<HostileAnswer> = fc
  .record({ status, json, encode, headers })
  .map(made => {
    const { body, headers: own, isReadable } = made.encode(made.json)
    const hasNoBody = made.status === 204
    return {
      status: made.status,
      headers: { ...made.headers, ...own },
      body: hasNoBody ? Buffer.alloc(0) : body,
      isEmpty: hasNoBody || body.length === 0 || (isReadable && made.json.trim() === ''),
      value: isReadable && !hasNoBody ? parsed(made.json) : undefined,
    }
  })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function send({ status, headers, body }: HostileAnswer) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers)
    response.end(body)
  }
}
