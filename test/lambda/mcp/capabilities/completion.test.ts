import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, rpc, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const agentOfPrompt = { type: 'ref/prompt', name: 'run_agent_and_get_files' }
const flowOfPrompt = { type: 'ref/prompt', name: 'run_flow_by_name' }
const byName = { type: 'ref/resource', uri: 'gumloop://agents/{agent}/artifacts/{filename}' }

async function complete(
  url: string,
  ref: object,
  name: string,
  value: string,
  context?: Record<string, string>,
): Promise<Json> {
  const params = { ref, argument: { name, value }, ...(context && { context: { arguments: context } }) }
  return (await rpc(url, 'completion/complete', params)).json()
}

const agents = (...names: string[]) => ({ agents: names.map((name, i) => ({ id: `agt_${i}`, name })) })

/** A separate connector for each test, since names are cached for a minute. */
const fresh = async () => (await server.connector()).url

describe('completion', () => {
  test('completes agents by prefix first, then by substring, in any case', async () => {
    const url = await fresh()
    server.upstream.script({ status: 200, json: agents('My Audit', 'Writer', 'audit bot', 'Auditor') })
    const { result } = await complete(url, agentOfPrompt, 'agent', 'AUD')
    expect(result.completion).toEqual({
      values: ['audit bot', 'Auditor', 'My Audit'],
      total: 3,
      hasMore: false,
    })
  })

  test('completes flows, and agents of a resource URI', async () => {
    const url = await fresh()
    server.upstream.script({ status: 200, json: { saved_items: [{ saved_item_id: 'f1', name: 'Q3' }] } })
    const flow = await complete(url, flowOfPrompt, 'flow', '')
    server.upstream.script({ status: 200, json: agents('Writer') })
    const agent = await complete(url, byName, 'agent', 'w')
    expect([flow.result.completion.values, agent.result.completion.values]).toEqual([['Q3'], ['Writer']])
  })

  test('completes files of the agent that was entered before', async () => {
    const url = await fresh()
    server.upstream.script(
      { status: 200, json: agents('Writer') },
      {
        status: 200,
        json: {
          artifacts: [
            { id: 'a', filename: 'one.csv' },
            { id: 'b', filename: 'two.pdf' },
          ],
        },
      },
    )
    const { result } = await complete(url, byName, 'filename', 'csv', { agent: 'writer' })
    expect(result.completion.values).toEqual(['one.csv'])
    const without = await complete(url, byName, 'filename', 'csv')
    expect(without.result.completion.values).toEqual([])
  })

  test('returns at most a hundred agents, and searches Gumloop for the entered text', async () => {
    const url = await fresh()
    const page = { ...agents(...Array.from({ length: 100 }, (_, i) => `Agent ${i}`)), next_cursor: 'more' }
    server.upstream.script({ status: 200, json: page })
    const all = (await complete(url, agentOfPrompt, 'agent', '')).result.completion
    expect([all.values.length, all.hasMore, 'total' in all]).toEqual([100, true, false])
    server.upstream.script({ status: 200, json: agents('Zebra agent') })
    const found = (await complete(url, agentOfPrompt, 'agent', 'Zeb')).result.completion
    expect(found.values).toEqual(['Zebra agent'])
    expect(server.upstream.requests[0]?.url).toContain('search=zeb')
  })
})

describe('requests to Gumloop', () => {
  test('one request per minute and connector, however fast a user types', async () => {
    const url = await fresh()
    server.upstream.script({ status: 200, json: agents('Auditor') })
    await Promise.all(['', 'a', 'au', 'aud'].map(value => complete(url, agentOfPrompt, 'agent', value)))
    await complete(url, byName, 'agent', 'audi')
    expect(server.upstream.requests.length).toBe(1)
    await complete(await fresh(), agentOfPrompt, 'agent', 'a')
    expect(server.upstream.requests.length).toBe(2)
  })

  test('reports an error, logs it under the tool, and does not cache it', async () => {
    const url = await fresh()
    server.upstream.script({ status: 429, json: {}, headers: { 'retry-after': '3' } })
    const { error } = await complete(url, agentOfPrompt, 'agent', 'a')
    expect([error.code, error.data.code]).toEqual([-32603, 'rate_limited'])
    const line = JSON.parse(server.log().trim().split('\n').at(-1) ?? '{}')
    expect(line).toMatchObject({
      tool: 'list_all_gumloop_agents',
      via: 'completion/complete',
      outcome: 'rate_limited',
    })
    server.upstream.script({ status: 200, json: agents('Auditor') })
    const { result } = await complete(url, agentOfPrompt, 'agent', 'a')
    expect(result.completion.values).toEqual(['Auditor'])
  })
})

describe('without completions', () => {
  test.each<[string, object, string]>([
    ['the task of a prompt', agentOfPrompt, 'task'],
    ['an argument that the prompt does not have', flowOfPrompt, 'agent'],
    ['a prompt that does not exist', { type: 'ref/prompt', name: '__proto__' }, 'agent'],
    ['the id of an artifact', { type: 'ref/resource', uri: 'gumloop://artifacts/{id}' }, 'id'],
    ['a template that does not exist', { type: 'ref/resource', uri: 'file:///{x}' }, 'x'],
  ])('%s: returns no values and sends no request', async (_, ref, name) => {
    server.upstream.script({ status: 200, json: agents('Auditor') })
    const { result } = await complete(await fresh(), ref, name, 'a')
    expect(result.completion.values).toEqual([])
    expect(server.upstream.requests.length).toBe(0)
  })

  test('a connector without such tools does not have the method', async () => {
    const { url } = await server.connector({ methods: ['list_all_gumloop_models'] })
    const { error } = await complete(url, agentOfPrompt, 'agent', 'a')
    expect(error.code).toBe(-32601)
  })

  test('a prompt that the filter removes completes nothing', async () => {
    const { url } = await server.connector({ methods: ['read'] })
    server.upstream.script({ status: 200, json: agents('Auditor') })
    const { result } = await complete(url, agentOfPrompt, 'agent', 'a')
    expect([result.completion.values, server.upstream.requests.length]).toEqual([[], 0])
  })
})
