/**
 * The worst that one message can cost: every tool, with arguments made to be expensive, as large as a body may be. The
 * processor time is the server's own, so a busy machine does not change it much; each limit is far below what the
 * quadratic versions took (seconds to minutes).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import { type Json, rpc } from '../support/mcp-server.ts'
import { cpuMs, peakMemoryBytes } from '../support/process-usage.ts'
import { startTarget, type Target } from './target.ts'

/** Of processor time for one message of any size: design goal 1 s; the rest is room for a slow machine. */
const MAX_CPU_MS = 2_000
/** A result has at most 100,000 characters of text, twice (text and structured), and JSON around it. */
const MAX_ANSWER_CHARACTERS = 300_000

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())

/** Sends one call; the server's processor time and the answer's length. */
async function cost(name: string, args: unknown, text?: string) {
  const before = cpuMs(target.pid)
  const response = await (text === undefined
    ? rpc(url, 'tools/call', { name, arguments: args })
    : fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text }))
  const body = await response.text()
  return { status: response.status, cpu: cpuMs(target.pid) - before, length: body.length, body }
}

const repeat = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))

/** Names that nearly are the tool's own, so that each is compared with all of them. */
function nearMisses(name: string, count: number): Record<string, number> {
  const own = Object.keys(findTool(name)?.definition.inputSchema.properties ?? { value: {} })
  return Object.fromEntries(repeat(count, at => [`${own[at % own.length]}_${at}`, at]))
}

const tools = toolIndex().map(({ name }) => name)

describe('arguments made to be expensive', () => {
  test.each(tools)(
    '%s: unknown names, long names, long lists, long texts (control)',
    { timeout: 120_000 },
    async name => {
      const { properties = {} } = findTool(name)?.definition.inputSchema ?? {}
      const fieldsAs = (value: unknown) =>
        Object.fromEntries(Object.keys(properties).map(field => [field, value]))
      const cases: Record<string, unknown> = {
        'near misses': nearMisses(name, 15_000),
        'long names': Object.fromEntries(repeat(20, at => [`${'a'.repeat(20_000)}${at}`, 1])),
        'long lists': fieldsAs(
          repeat(Math.floor(40_000 / Math.max(1, Object.keys(properties).length)), () => 1),
        ),
        'lists of objects': fieldsAs(
          repeat(Math.floor(10_000 / Math.max(1, Object.keys(properties).length)), () => ({})),
        ),
        'long texts': fieldsAs('<'.repeat(Math.floor(400_000 / Math.max(1, Object.keys(properties).length)))),
      }
      for (const [title, args] of Object.entries(cases)) {
        const { cpu, length, status } = await cost(name, args)
        expect(cpu, title).toBeLessThan(MAX_CPU_MS)
        expect(length, title).toBeLessThan(MAX_ANSWER_CHARACTERS)
        expect(status, title).toBeLessThan(500)
      }
    },
  )
})

describe('limits before the work', () => {
  test('five megabytes of unknown names are refused before they are parsed', async () => {
    const names = repeat(300_000, at => `"k${at}":0`).join(',')
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_gumloop_flows","arguments":{${names}}}}`
    const { status, body, cpu } = await cost('', undefined, text)
    expect(status).toBe(400)
    expect(JSON.parse(body).error).toMatchObject({
      code: -32600,
      message: expect.stringContaining('200,000 values'),
    })
    expect(cpu).toBeLessThan(MAX_CPU_MS)
  })

  test('an error result names twenty errors and counts the rest', async () => {
    const { body } = await cost('list_all_gumloop_flows', nearMisses('list_all_gumloop_flows', 5_000))
    const { errors } = JSON.parse(body).result.structuredContent.error
    expect(errors).toHaveLength(21)
    expect(errors[20].message).toBe('and 4980 more errors')
  })

  test('inputs that a flow does not declare are not answered one by one', async () => {
    target.upstream.script({
      status: 200,
      json: { inputs: repeat(50, at => ({ name: `input_${at}`, data_type: 'string' })) },
    })
    const inputs = Object.fromEntries(repeat(20_000, at => [`input_${at}x`, 'v']))
    const { body, length, cpu } = await cost('create_a_gumloop_flow_run', { saved_item_id: 'f', inputs })
    expect(length).toBeLessThan(MAX_ANSWER_CHARACTERS)
    expect(JSON.parse(body).result.structuredContent.error.errors.length).toBeLessThanOrEqual(21)
    expect(cpu).toBeLessThan(MAX_CPU_MS)
  })

  test('one call opens a bounded number of links', async () => {
    const chat_files = repeat(2_000, at => ({ download_url: `http://127.0.0.1:9/${at}`, file_id: `f${at}` }))
    const { body } = await cost('upload_many_gumloop_flow_files', { chat_files })
    const { error } = JSON.parse(body).result.structuredContent
    expect(error.code).toBe('invalid_arguments')
    expect(JSON.stringify(error)).toContain('at most')
  })

  test('broken images in a chat are not answered one by one', async () => {
    const content: Json[] = repeat(30_000, () => ({ type: 'image_url', image_url: { url: 'x' } }))
    const { length } = await cost('create_a_gumloop_chat_completion', {
      model: 'm',
      messages: [{ role: 'user', content }],
    })
    expect(length).toBeLessThan(MAX_ANSWER_CHARACTERS)
  })

  test('an error of Gumloop’s with a hundred thousand brackets costs nothing (control)', {
    timeout: 120_000,
  }, async () => {
    target.upstream.script({
      status: 400,
      text: '<'.repeat(100_000),
      headers: { 'content-type': 'text/html' },
    })
    const { cpu } = await cost('list_all_gumloop_agents', {})
    expect(cpu).toBeLessThan(MAX_CPU_MS)
  })

  test('an administrator’s list of words is counted before its words are checked (control)', {
    timeout: 120_000,
  }, async () => {
    const methods = repeat(2_500, at => `list_all_gumloop_flow${at}`)
    const before = cpuMs(target.pid)
    const { status } = await target.admin('POST', '/integrated-account/local/mcp', {
      name: 'x',
      config: { methods },
    })
    expect(status).toBe(400)
    expect(cpuMs(target.pid) - before).toBeLessThan(MAX_CPU_MS)
  })
})

test('all of that never needs more than 384 MB (control)', () => {
  expect(peakMemoryBytes(target.pid)).toBeLessThan(384 * 1024 * 1024)
})
