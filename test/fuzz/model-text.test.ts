/**
 * Text from a model never leaves its place, whatever it contains: it becomes neither a header, nor more than one segment of a
 * path, nor a second line of the log, nor a page.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import { rpc, startTestServer, type TestServer } from '../support/mcp-server.ts'
import { hostileText } from './hostile-values.ts'

const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1)

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ tool_exposure: 'all' })).url
})
afterAll(() => server.close())

/** Part of every text, so that it can be found wherever it ends up. */
const MARK = 'zQx7marK'
const text = hostileText.map(words => `${words}${MARK}`)

/** Arguments that match a schema, with hostile texts wherever it accepts text. */
function argumentsFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'integer':
    case 'number': {
      const { minimum: min = 0, maximum: max = 100 } = schema
      return fc.integer({ min, max: Math.max(min, Math.min(max, 1000)) })
    }
    case 'boolean':
      return fc.boolean()
    case 'array': {
      const items = argumentsFor(schema.items ?? { type: 'string' })
      return fc.array(items, {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 2),
      })
    }
    case 'object': {
      // Waiting would slow the test down without sending anything else.
      const fields = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'wait_seconds')
      if (fields.length === 0) return fc.dictionary(text, text, { maxKeys: 2 })
      const model = Object.fromEntries(fields.map(([name, field]) => [name, argumentsFor(field)]))
      return fc.record(model, { requiredKeys: schema.required ?? [] })
    }
    default:
      return text
  }
}

const TOOLS = toolIndex()
  .map(({ name }) => name)
  .filter(name => !name.startsWith('wait_for_'))

const call = fc.constantFrom(...TOOLS).chain(name =>
  fc.record({
    name: fc.constant(name),
    arguments: argumentsFor(findTool(name)?.definition.inputSchema ?? {}),
    userAgent: text.map(words => words.replace(/[^\x20-\x7e]/g, '')),
  }),
)

const PATHS = toolIndex().flatMap(({ name }) => {
  const plan = findTool(name)?.plan
  if (!plan) return []
  const path = plan.path.replace(/[.*+?^$|()[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/?#\\s]+)')
  return [{ method: plan.method, shape: new RegExp(`^/api/v1${path}$`) }]
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Headers of our requests to Gumloop. All values are fixed except the length and the boundary of a body. */
const HEADERS = [
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'user-agent',
  'x-auth-key',
]

test('hostile text in every tool', { timeout: 60_000 * FACTOR }, async () => {
  server.upstream.script({ status: 200, json: {} })
  let sent = 0
  await fc.assert(
    fc.asyncProperty(call, async ({ name, arguments: args, userAgent }) => {
      server.upstream.requests.length = 0
      const before = server.log().length
      const response = await rpc(url, 'tools/call', { name, arguments: args }, { 'user-agent': userAgent })

      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
      expect([...response.headers].filter(([, value]) => value.includes(MARK))).toEqual([])
      for (const request of server.upstream.requests) {
        const fits = PATHS.flatMap(({ method, shape }) => {
          const segments = method === request.method && shape.exec(request.url.split('?')[0] ?? '')
          return segments ? [segments.slice(1)] : []
        })
        expect(fits.length, `${request.method} ${request.url}`).toBeGreaterThan(0)
        // Each is one of the texts, unchanged.
        const texts = textsIn(args)
        const isOneOfThem = (segment: string) => texts.includes(decodeURIComponent(segment))
        expect(fits.some(segments => segments.every(isOneOfThem))).toBe(true)
        expect(request.url).not.toMatch(/\/\.{1,2}(\/|$|\?)/)
        expect(Object.keys(request.headers).filter(header => !HEADERS.includes(header))).toEqual([])
        expect(Object.values(request.headers).filter(value => String(value).includes(MARK))).toEqual([])
      }
      sent += server.upstream.requests.length

      const lines = server.log().slice(before).trim().split('\n')
      const events = lines.map(line => JSON.parse(line))
      expect(events.map(({ event, tool }) => [event, tool])).toEqual([['tool_call', name]])
      const { client, ...rest } = events[0]
      expect(JSON.stringify(rest)).not.toContain(MARK)
      expect(client ?? '').toMatch(/^(?:[\w ./@+-]|\[redacted\]){0,80}$/)
    }),
    { numRuns: 300 * FACTOR, ...(process.env.FUZZ_FACTOR === undefined && { seed: 2 }) },
  )
  expect(sent).toBeGreaterThan(100)
})
