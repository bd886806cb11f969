/** Arguments in the forms that clients really send them, for every tool and every field. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import { call, type Json, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())
beforeEach(() => target.upstream.script({ status: 200, json: {} }))

const tools = toolIndex().map(({ name }) => name)
const schemaOf = (name: string): JsonSchema => findTool(name)?.definition.inputSchema ?? {}

/** Calls the tool; the paths of arguments that were refused for their type or as unknown. */
async function refused(name: string, args: Json): Promise<string[]> {
  const wait = schemaOf(name).properties?.wait_seconds && !('wait_seconds' in args) ? { wait_seconds: 1 } : {}
  const result = await call(url, name, { ...wait, ...args })
  const { errors, faults } = result.structuredContent?.error ?? {}
  // Older versions named the list otherwise.
  const list: Json[] = errors ?? faults ?? []
  return list
    .filter(({ message }) => /^must be (?:an? )?\w+(?: or .*)?, not |^is not known/.test(message))
    .map(({ path }) => path)
}

/** The same value in the form of a client that does not keep types. */
function asText(schema: JsonSchema): unknown {
  switch (schema.type) {
    case 'string':
      return schema.enum ? undefined : 5
    case 'integer':
    case 'number':
      return String(schema.minimum ?? 1)
    case 'boolean':
      return 'true'
    case 'array':
      return schema.items?.type === 'string' && !schema.items.enum && (schema.minItems ?? 0) <= 1
        ? '["a"]'
        : undefined
    case 'object':
      return schema.required ? undefined : '{}'
    default:
      return undefined
  }
}

// First: a run that is waited for below is looked at again later.
test.each([
  ['list_all_gumloop_flows', { cursor: 'x' }, 'cursor', 'next_cursor'],
  ['list_all_gumloop_flows', { page_size: 5 }, 'page_size', 'limit'],
  ['create_a_gumloop_session', { agent_id: 'a', prompt: 'go' }, 'prompt', 'input'],
])('%s: %j is refused with the right name, and nothing is sent', async (name, args, path, right) => {
  const { structuredContent } = await call(url, name, args)
  const [error] = structuredContent.error.errors
  expect(error).toMatchObject({ path, message: expect.stringContaining(`did you mean ${right}?`) })
  expect(target.upstream.requests).toEqual([])
})

describe.each(tools)('%s', { timeout: 60_000 }, name => {
  const { properties = {}, required = [] } = schemaOf(name)

  test('keys that clients add are not refused, unless a dropped key could widen what the tool does', async () => {
    const extra = { toolCallId: 'call_1', random_string: 'dummy', zz: { a: 1 } }
    const isRefused = name === 'stop_gumloop_run'
    expect((await refused(name, extra)).filter(path => path in extra)).toEqual(
      isRefused ? Object.keys(extra) : [],
    )
  })

  test('null for what is left out, and other forms of a value', async () => {
    const wrong: string[] = []
    const optional = Object.keys(properties).filter(field => !required.includes(field))
    const nulls = Object.fromEntries(optional.map(field => [field, null]))
    wrong.push(...(await refused(name, nulls)).filter(path => path in nulls))
    for (const [field, schema] of Object.entries(properties)) {
      const value = asText(schema)
      // A number is not a time: times.test.ts says which forms of one are taken.
      if (value === undefined || findTool(name)?.plan?.timeFields?.includes(field)) continue
      if ((await refused(name, { [field]: value })).some(path => path.startsWith(field))) wrong.push(field)
    }
    expect(wrong).toEqual([])
  })
})

const sentBody = () => JSON.parse(target.upstream.requests.at(-1)?.body ?? '{}')
const sentUrl = () => new URL(target.upstream.requests.at(-1)?.url ?? '', 'http://x')

test('what was dropped is said', async () => {
  const { structuredContent } = await call(url, 'list_all_gumloop_flows', {
    toolCallId: 'c',
    random_string: '',
  })
  expect(structuredContent).toMatchObject({
    result_count: 0,
    ignored_arguments: ['toolCallId', 'random_string'],
  })
  const plain = await call(url, 'list_all_gumloop_flows', {})
  expect(plain.structuredContent).not.toHaveProperty('ignored_arguments')
})

test('so it is when a tool is called through the executor, whose arguments may be JSON text', async () => {
  const { structuredContent } = await call(url, 'call_gumloop_tool', {
    name: 'list_all_gumloop_flows',
    arguments: '{"limit": "1", "toolCallId": "c"}',
    random_string: '',
  })
  expect(structuredContent).toMatchObject({
    ignored_arguments: ['random_string', 'toolCallId'],
    result_count: 0,
  })
})

test('the values that arrive are those that were meant', async () => {
  await call(url, 'list_all_gumloop_agents', { limit: '7', search: '' })
  expect(sentUrl().searchParams.get('search')).toBe('')
  await call(url, 'get_single_gumloop_agent_by_id', { agent_id: 12345 })
  expect(sentUrl().pathname).toBe('/api/v1/agents/12345')
  await call(url, 'list_all_gumloop_sessions', { next_cursor: '', agent_id: 'a' })
  expect(sentUrl().searchParams.has('cursor')).toBe(false)
})

test('an empty text stays an empty text where texts are free (control)', async () => {
  target.upstream.script({ status: 200, json: { inputs: [{ name: 'note', data_type: 'string' }] } })
  await call(url, 'create_a_gumloop_flow_run', { saved_item_id: 'f', inputs: { note: '' } })
  expect(sentBody()).toMatchObject({ note: '' })
})

test('renaming an agent with null for everything else changes nothing else', async () => {
  const fields = Object.keys(schemaOf('update_a_gumloop_agent_by_id').properties ?? {})
  const nulls = Object.fromEntries(fields.map(field => [field, null]))
  await call(url, 'update_a_gumloop_agent_by_id', { ...nulls, agent_id: 'a1', name: 'New' })
  expect(sentBody()).toEqual({ name: 'New' })
})

test('null is sent where it says something (control)', async () => {
  await call(url, 'update_a_gumloop_role_credit_limit_by_id', {
    organization_id: 'o1',
    role_id: 'r1',
    monthly_credit_limit: null,
  })
  expect(sentBody()).toMatchObject({ monthly_credit_limit: null })
})

test.each([null, [], '{}', ''])('arguments: %j', async sent => {
  const result = await call(url, 'list_all_gumloop_flows', sent)
  expect(result.structuredContent).toMatchObject({ result_count: 0 })
})

test.each(['tools/list', 'ping', 'prompts/list', 'resources/list'])('%s with params: null', async method => {
  const response = await rpc(url, method, null)
  expect(response.status).toBe(200)
  expect(await response.json()).toHaveProperty('result')
})
