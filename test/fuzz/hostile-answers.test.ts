/**
 * Whatever Gumloop answers, to whichever tool: no internal error, no result that breaks its output schema, nothing
 * reported as started that was not, and every text well-formed. `FUZZ_FACTOR=200` sends answers to 100,000 calls.
 */
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import { leastArguments } from '../prism/tool-arguments.ts'
import { type Json, rpc, startTestServer, type TestServer } from '../support/mcp-server.ts'
import { type HostileAnswer, hostileAnswer, send } from './hostile-answers.ts'

const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1)
const CASES = 500 * FACTOR

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ tool_exposure: 'all' })).url
})
afterAll(() => server.close())

const ajv = new Ajv2020({ strict: false, allErrors: true })
const TOOLS = new Map(
  toolIndex().flatMap(({ name }) => {
    const tool = findTool(name)
    if (!tool) return []
    const fits = ajv.compile(tool.definition.outputSchema)
    return [[name, { args: leastArguments(tool), fits }] as const]
  }),
)
const NAMES = [...TOOLS.keys()]
const isWait = (name: string) => name.startsWith('wait_for_')
const START_FLOW = 'create_a_gumloop_flow_run'
const START_SESSION = 'create_a_gumloop_session'
/** A wait that sees no end takes a second: few of them. */
const pick = fc.oneof(
  { weight: 300, arbitrary: fc.constantFrom(...NAMES.filter(name => !isWait(name))) },
  {
    weight: 60,
    arbitrary: fc.constantFrom(START_FLOW, START_SESSION),
  },
  { weight: 1, arbitrary: fc.constantFrom(...NAMES.filter(isWait)) },
)

const isId = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether this answer is a start that was accepted, as far as its own words go. */
function isStart(name: string, { status, isEmpty, value }: HostileAnswer): boolean {
  if (status < 200 || status > 299) return false
  if (isEmpty) return true
  if (!isRecord(value)) return false
  if (name === START_FLOW) return isId(value.run_id)
  return isRecord(value.session) || ['state', 'messages', 'agent_id'].some(field => field in value)
}

test('whatever Gumloop answers', { timeout: 60_000 * Math.max(1, FACTOR) }, async () => {
  let successes = 0
  let errors = 0
  await fc.assert(
    fc.asyncProperty(
      pick,
      fc.array(hostileAnswer, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (name, answers, hasInputs) => {
        const { args = {}, fits } = TOOLS.get(name) ?? {}
        const before = name === START_FLOW && hasInputs ? [{ status: 200, json: { inputs: [] } }] : []
        server.upstream.script(...before, ...answers.map(send))
        const logged = server.log().length
        const response = await rpc(url, 'tools/call', {
          name,
          arguments: { ...args, ...(isWait(name) && { wait_seconds: 1 }) },
        })
        const text = await response.text()
        const { result, error }: Json = JSON.parse(text)

        expect([response.status, error]).toEqual([200, undefined])
        expect(text).not.toMatch(/[\u0085\u2028\u2029]|(?<!\\)(?:\\\\)*\\ud[89a-f]/i)
        const { structuredContent, isError } = result
        expect(structuredContent.error?.code).not.toBe('internal')
        expect(server.log().slice(logged)).not.toContain('"level":"error"')
        if (isError === true) {
          errors++
          return
        }
        successes++
        expect(fits?.(structuredContent) ? [] : fits?.errors).toEqual([])
        // The SDK leaves a property of this name out of structured content.
        if (!text.includes('__proto__')) expect(JSON.parse(result.content[0].text)).toEqual(structuredContent)
        if (name === START_FLOW || name === START_SESSION) {
          const requests = server.upstream.requests.length
          const last = answers[Math.min(requests - before.length, answers.length) - 1]
          expect(last === undefined || isStart(name, last)).toBe(true)
        }
      },
    ),
    { numRuns: CASES, ...(process.env.FUZZ_FACTOR === undefined && { seed: 5 }) },
  )
  // Both kinds of answer were made.
  expect(Math.min(successes, errors)).toBeGreaterThan(CASES / 10)
})
