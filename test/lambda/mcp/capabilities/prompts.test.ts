import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool } from '../../../../lambda/catalog/catalog.ts'
import { PROMPTS } from '../../../../lambda/mcp/capabilities/prompts.ts'
import { type Json, rpc, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())

async function ask(method: string, params: object = {}, target = url): Promise<Json> {
  return (await rpc(target, method, params)).json()
}

const get = async (name: string, args: object = {}, target = url): Promise<string> => {
  const { result } = await ask('prompts/get', { name, arguments: args }, target)
  expect(result.messages).toEqual([{ role: 'user', content: { type: 'text', text: expect.any(String) } }])
  return result.messages[0].content.text
}

test('every tool that a prompt names exists', () => {
  const named = PROMPTS.flatMap(({ needs }) => needs.flat())
  expect(named.filter(tool => findTool(tool) === undefined)).toEqual([])
  expect(named.length).toBeGreaterThan(10)
})

describe('the list', () => {
  test('contains three prompts with titles, icons and arguments', async () => {
    const { prompts } = (await ask('prompts/list')).result
    expect(prompts.map((one: Json) => [one.name, one.title, one.arguments?.length ?? 0])).toEqual([
      ['run_agent_and_get_files', 'Run an agent and get its files', 2],
      ['run_flow_by_name', 'Run a flow by name', 2],
      ['what_ran_today', 'What ran today', 0],
    ])
    expect(prompts[0].icons[0].src).toMatch(/^data:image\/png;base64,/)
  })

  test('contains only prompts whose every step the connector allows', async () => {
    const { url: reader } = await server.connector({ methods: ['read'] })
    const { prompts } = (await ask('prompts/list', {}, reader)).result
    expect(prompts.map((one: Json) => one.name)).toEqual(['what_ran_today'])
    const { error } = await ask('prompts/get', { name: 'run_flow_by_name', arguments: { flow: 'x' } }, reader)
    const { error: unknown } = await ask('prompts/get', { name: 'no_such_prompt' }, reader)
    expect([error.code, error.message]).toEqual([
      unknown.code,
      unknown.message.replace('no_such_prompt', 'run_flow_by_name'),
    ])
  })

  test('without prompts there is neither the capability nor the method', async () => {
    const { url: narrow } = await server.connector({ methods: ['list_all_gumloop_models'] })
    const { error } = await ask('prompts/list', {}, narrow)
    expect(error.code).toBe(-32601)
  })
})

describe('the message', () => {
  test('names the steps with their tools, and quotes the task', async () => {
    const task = 'Audit our buckets.\nMind the ü.'
    const text = await get('run_agent_and_get_files', { agent: 'Security "Audit" Agent', task })
    expect(text).toContain('agent "Security \\"Audit\\" Agent"')
    expect(text).toContain('create_a_gumloop_session')
    expect(text).toContain('wait_for_gumloop_session')
    expect(text.endsWith(`The task: ${task}`)).toBe(true)
  })

  test('uses the tools that the connector allows', async () => {
    const { url: older } = await server.connector({
      methods: PROMPTS.flatMap(({ needs }) => needs.flat()).filter(tool => !tool.startsWith('wait_for_')),
    })
    const text = await get('run_flow_by_name', { flow: 'Q3' }, older)
    expect(text).toContain('Call get_single_gumloop_flow_run_by_id until is_over')
    expect(text).toContain('I have not given any inputs yet.')
  })

  test('explains how to call a tool that is not listed', async () => {
    const { url: discovery } = await server.connector({ tool_exposure: 'discovery' })
    const { url: all } = await server.connector({ tool_exposure: 'all' })
    const hint = 'call it through call_gumloop_tool'
    expect(await get('run_flow_by_name', { flow: 'Q3' }, discovery)).toContain(hint)
    expect(await get('run_flow_by_name', { flow: 'Q3' }, all)).not.toContain(hint)
  })

  test('contains the date', async () => {
    expect(await get('what_ran_today')).toContain(`It is ${new Date().toISOString().slice(0, 10)}`)
  })

  test.each<[string, object, string]>([
    ['left out', { agent: 'A' }, 'The argument task is required.'],
    ['blank', { agent: ' \n', task: 'x' }, 'The argument agent is required.'],
    [
      'endless',
      { agent: 'A', task: 'x'.repeat(20_001) },
      'The argument task is longer than 20000 characters.',
    ],
  ])('rejects an argument that is %s', async (_, args, message) => {
    const { error } = await ask('prompts/get', { name: 'run_agent_and_get_files', arguments: args })
    expect([error.code, error.message]).toEqual([-32602, message])
  })

  test('2026-07-28: the list has a cache lifetime', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'prompts/list' }
    const { result }: Json = await (await rpc(url, 'prompts/list', { _meta }, headers)).json()
    expect(result).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' })
  })
})
