import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CATALOG_VERSION, findTool, toolIndex } from '../../../../lambda/catalog/catalog.ts'
import { allowedTools, DISCOVERY_TOOLS, isDiscoveryTool } from '../../../../lambda/catalog/tool-filter.ts'
import { call, type Json, rpc, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
/** The default connector allows everything; the others only reading, and only audit logs. */
let url: string
let readUrl: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ tool_exposure: 'discovery' })).url
  readUrl = (await server.connector({ methods: ['read'], tool_exposure: 'discovery' })).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const sent = () => server.upstream.requests
const run = (at: string, name: string, args?: unknown) =>
  call(at, 'call_gumloop_tool', { name, ...(args !== undefined && { arguments: args }) })
async function listed(at: string): Promise<Json[]> {
  const body: Json = await (await rpc(at, 'tools/list')).json()
  return body.result.tools
}
const namesOf = (tools: Json[]) => tools.map(tool => tool.name)
const essential = toolIndex().flatMap(tool => (tool.essential ? tool.name : []))
/** The three tools in catalog order, as in every list. */
const three = toolIndex().flatMap(tool => (isDiscoveryTool(tool.name) ? tool.name : []))

describe('the tool list', () => {
  test('discovery lists the three tools, all lists every other tool, essentials lists the essential ones and the three', async () => {
    const list = async (config: Json) => namesOf(await listed((await server.connector(config)).url))
    expect(await list({ tool_exposure: 'discovery' })).toEqual(three)
    expect(await list({ tool_exposure: 'all' })).toEqual(
      allowedTools({ methods: [], tags: [], catalog_version: CATALOG_VERSION }),
    )
    expect(await list({})).toEqual([...essential, ...three])
    expect([...three].sort()).toEqual([...DISCOVERY_TOOLS].sort())
  })

  test('essentials omits the three when there is nothing else to find', async () => {
    const names = ['list_all_gumloop_agents', 'create_a_gumloop_session']
    const { url: two } = await server.connector({ methods: names })
    expect(namesOf(await listed(two))).toEqual(names)
    const { url: more } = await server.connector({ methods: [...names, 'list_all_gumloop_teams'] })
    expect(namesOf(await listed(more))).toEqual([...names, ...three])
  })

  test('the hints of call_gumloop_tool match the connector', async () => {
    const hintsOver = async (at: string) =>
      (await listed(at)).find(tool => tool.name === 'call_gumloop_tool').annotations
    expect(await hintsOver(url)).toEqual({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    })
    expect(await hintsOver(readUrl)).toMatchObject({ readOnlyHint: true, destructiveHint: false })
    const { url: renaming } = await server.connector({
      methods: ['update_a_gumloop_session_by_id'],
      tool_exposure: 'discovery',
    })
    expect(await hintsOver(renaming)).toEqual(
      findTool('update_a_gumloop_session_by_id')?.definition.annotations,
    )
  })
})

describe('search_gumloop_tools', () => {
  test('returns matching tools, best first, with distinguishing descriptions', async () => {
    const { structuredContent, isError } = await call(url, 'search_gumloop_tools', {
      query: 'stop a flow run',
    })
    expect(isError).toBeFalsy()
    expect(structuredContent.result[0]).toEqual({
      name: 'kill_a_gumloop_flow_run',
      title: 'Stop a flow run',
      description: 'Stop a flow run with every sub-flow run below it.',
      read_only: false,
      tags: ['flows'],
    })
    expect(structuredContent.result).toHaveLength(5)
    expect(structuredContent.next_step).toContain('get_gumloop_tool_schema')
    expect(sent()).toEqual([])
  })

  test('returns the requested number of tools, at most twenty', async () => {
    const { structuredContent } = await call(url, 'search_gumloop_tools', { query: 'agent', limit: 2 })
    expect(structuredContent.result).toHaveLength(2)
    const refused = await call(url, 'search_gumloop_tools', { query: 'agent', limit: 21 })
    expect(refused.structuredContent.error.errors).toEqual([{ path: 'limit', message: 'must be at most 20' }])
  })

  test('finds only tools that the connector allows', async () => {
    const { structuredContent } = await call(readUrl, 'search_gumloop_tools', {
      query: 'delete a skill, kill_a_gumloop_flow_run, start an agent',
      limit: 20,
    })
    expect(structuredContent.result.length).toBeGreaterThan(3)
    expect(structuredContent.result.filter((hit: Json) => !hit.read_only)).toEqual([])
  })

  test('without a match, it lists what the connector allows', async () => {
    const { url: narrow } = await server.connector({ tags: ['teams', 'models'], tool_exposure: 'discovery' })
    const { structuredContent } = await call(narrow, 'search_gumloop_tools', { query: 'qqqq' })
    expect(structuredContent.result).toEqual([])
    expect(structuredContent.next_step).toContain('cover: models, teams.')
    const near = await call(narrow, 'search_gumloop_tools', { query: 'listallgumloopteams' })
    expect(near.structuredContent.next_step).toContain('Did you mean list_all_gumloop_teams? ')
  })

  test('every result is one or two lines long', async () => {
    const asks = [
      'agent',
      'flow',
      'session',
      'evaluation',
      'knowledge',
      'mcp',
      'organization',
      'skill',
      'file',
    ]
    const answers = await Promise.all(
      asks.map(query => call(url, 'search_gumloop_tools', { query, limit: 20 })),
    )
    const hits: Json[] = answers.flatMap(answer => answer.structuredContent.result)
    expect(new Set(namesOf(hits)).size).toBeGreaterThan(60)
    expect(hits.filter(hit => hit.description.length > 161 || hit.description.length < 15)).toEqual([])
  })
})

describe('get_gumloop_tool_schema', () => {
  test('returns definitions as in the list, in the requested order, each once', async () => {
    const names = ['kill_a_gumloop_flow_run', 'list_all_gumloop_agents', 'kill_a_gumloop_flow_run']
    const { structuredContent } = await call(url, 'get_gumloop_tool_schema', { names })
    const kill = findTool('kill_a_gumloop_flow_run')?.definition
    expect(namesOf(structuredContent.result)).toEqual(names.slice(0, 2))
    expect(structuredContent.result[0]).toEqual({
      name: kill?.name,
      title: kill?.title,
      description: kill?.description,
      input_schema: kill?.inputSchema,
      output_schema: kill?.outputSchema,
      hints: { read_only: false, destructive: true, idempotent: true, open_world: false },
    })
    expect(structuredContent.not_found).toBeUndefined()
  })

  test('reports an unknown name among known ones, with suggestions', async () => {
    const names = ['list_all_gumloop_agents', 'create_gumloop_flow_run']
    const { structuredContent } = await call(url, 'get_gumloop_tool_schema', { names })
    expect(namesOf(structuredContent.result)).toEqual(['list_all_gumloop_agents'])
    expect(structuredContent.not_found).toEqual([
      {
        name: 'create_gumloop_flow_run',
        near_misses: expect.arrayContaining(['create_a_gumloop_flow_run']),
      },
    ])
  })

  test('a forbidden name is indistinguishable from an unknown one, and never suggested', async () => {
    const ask = async (name: string) => call(readUrl, 'get_gumloop_tool_schema', { names: [name] })
    const forbidden = await ask('create_a_gumloop_flow_run')
    expect(forbidden.isError).toBe(true)
    expect(forbidden.structuredContent.error.code).toBe('unknown_tool')
    expect(forbidden.structuredContent.error.next_step).not.toContain('create_a_gumloop')
    expect((await ask('create_a_gumloop_flow_ruin')).structuredContent.error.message).toBe(
      forbidden.structuredContent.error.message.replace('run.', 'ruin.'),
    )
  })

  test('accepts one to five names', async () => {
    const errorsOf = async (names: unknown) =>
      (await call(url, 'get_gumloop_tool_schema', { names })).structuredContent.error.errors
    expect(await errorsOf([])).toEqual([{ path: 'names', message: 'must have at least 1 items, has 0' }])
    expect(await errorsOf(Array(6).fill('x'))).toEqual([
      { path: 'names', message: 'must have at most 5 items, has 6' },
    ])
  })
})

describe('call_gumloop_tool', () => {
  const session = { session: { id: 's1', agent_id: 'a1', state: 'queued', messages: [] }, queue_position: 1 }

  test('returns what a direct call of the tool returns', async () => {
    const args = { id: 'a1', input: 'audit' }
    server.upstream.script({ status: 202, json: session })
    const byName = await call(url, 'create_a_gumloop_session', args)
    const [direct] = sent()
    server.upstream.script({ status: 202, json: session })
    const through = await run(url, 'create_a_gumloop_session', args)
    expect(through).toEqual(byName)
    expect(through.structuredContent.state).toBe('queued')
    expect([sent()[0]?.method, sent()[0]?.url, sent()[0]?.body]).toEqual([
      direct?.method,
      direct?.url,
      direct?.body,
    ])
  })

  test('includes content other than text', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }
    const message = { role: 'assistant', content: 'Here.', images: [image] }
    server.upstream.script({ status: 200, json: { choices: [{ index: 0, message }] } })
    const result = await run(url, 'create_a_gumloop_chat_completion', {
      model: 'm',
      messages: [{ role: 'user', content: 'draw' }],
    })
    expect(result.content[1]).toEqual({ type: 'image', data: 'aGk=', mimeType: 'image/png' })
    expect(result.structuredContent.answer).toBe('Here.')
  })

  test('arguments are optional', async () => {
    server.upstream.script({ status: 200, json: { teams: [{ id: 't1', name: 'Ops' }] } })
    const { structuredContent } = await run(url, 'list_all_gumloop_teams')
    expect(structuredContent.result).toEqual([{ id: 't1', name: 'Ops' }])
  })

  test('reports validation errors as the tool does, and sends nothing', async () => {
    const byName = await call(url, 'create_a_gumloop_session', { agent: 'a1' })
    const through = await run(url, 'create_a_gumloop_session', { agent: 'a1' })
    expect(through).toEqual(byName)
    expect(through.structuredContent.error.errors).toContainEqual({
      path: 'agent_id',
      message: 'is required',
    })
    expect(sent()).toEqual([])
  })

  test('forwards a 429 with its wait, in the result and in the headers', async () => {
    server.upstream.script({ status: 429, json: {}, headers: { 'retry-after': '9' } })
    const response = await rpc(url, 'tools/call', {
      name: 'call_gumloop_tool',
      arguments: {
        name: 'create_a_gumloop_flow_run',
        arguments: { saved_item_id: 'f', allow_unknown_inputs: true },
      },
    })
    const { result }: Json = await response.json()
    expect([response.status, response.headers.get('ratelimit-reset')]).toEqual([200, '9'])
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error).toMatchObject({ code: 'rate_limited', retry_after_seconds: 9 })
  })

  test('a wait reports progress as in a direct call', async () => {
    const processing = { session: { ...session.session, state: 'processing' }, queue_position: null }
    const completed = { session: { ...session.session, state: 'completed' }, queue_position: null }
    server.upstream.script({ status: 200, json: processing }, { status: 200, json: completed })
    const response = await rpc(url, 'tools/call', {
      name: 'call_gumloop_tool',
      arguments: { name: 'wait_for_gumloop_session', arguments: { session_id: 's1' } },
      _meta: { progressToken: 'p1' },
    })
    const frames = (await response.text()).match(/(?<=^data: ).+$/gm) ?? []
    const messages: Json[] = frames.map(frame => JSON.parse(frame))
    expect(messages[0]).toMatchObject({ method: 'notifications/progress', params: { progressToken: 'p1' } })
    expect(messages.at(-1).result.structuredContent).toMatchObject({ state: 'completed', is_over: true })
  })

  test('the log names the executed tool', async () => {
    const before = server.log().length
    await run(url, 'list_all_gumloop_models', {})
    await run(url, 'no_such_tool', {})
    const lines = server.log().slice(before).trim().split('\n')
    const calls = lines.map(line => JSON.parse(line)).filter(line => line.event === 'tool_call')
    expect(calls.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ['list_all_gumloop_models', 'ok'],
      ['call_gumloop_tool', 'unknown_tool'],
    ])
  })

  test('a tool outside the filter is rejected like an unknown one, in direct calls too', async () => {
    const forbidden = await run(readUrl, 'create_a_gumloop_flow_run', { saved_item_id: 'f' })
    const unheardOf = await run(readUrl, 'create_a_gumloop_flow_ruin', { saved_item_id: 'f' })
    expect(forbidden.isError).toBe(true)
    expect(forbidden.structuredContent.error).toMatchObject({
      code: 'unknown_tool',
      message: 'This connector has no tool create_a_gumloop_flow_run.',
      may_have_taken_effect: false,
    })
    const withoutGuess = ({ structuredContent: { error } }: Json) => ({ ...error, next_step: '' })
    expect(withoutGuess(unheardOf)).toEqual({
      ...withoutGuess(forbidden),
      message: 'This connector has no tool create_a_gumloop_flow_ruin.',
    })
    const byName = await call(readUrl, 'create_a_gumloop_flow_run', { saved_item_id: 'f' })
    expect(byName.error).toMatchObject({ code: -32602, message: 'Unknown tool: create_a_gumloop_flow_run' })
    expect(sent()).toEqual([])
  })

  test('suggestions contain only allowed tools', async () => {
    const slip = await run(readUrl, 'list_gumloop_agent', {})
    expect(slip.structuredContent.error.next_step).toContain('Did you mean list_all_gumloop_agents')
    const forbidden = await run(readUrl, 'cancel_a_gumloop_session', {})
    expect(forbidden.structuredContent.error.next_step).not.toMatch(/cancel_a|create_a|delete_a|kill_a/)
  })

  test('a tool that is not listed can be called directly', async () => {
    server.upstream.script({ status: 200, json: { teams: [] } })
    expect((await call(url, 'list_all_gumloop_teams')).structuredContent.result).toEqual([])
    expect(sent()).toHaveLength(1)
  })

  test.each([...DISCOVERY_TOOLS])('%s cannot be called through it', async name => {
    const result = await run(url, name, { query: 'x', name: 'list_all_gumloop_teams', names: ['x'] })
    expect(result.structuredContent.error).toMatchObject({ code: 'invalid_arguments' })
    expect(result.structuredContent.error.next_step).toBe(`Call ${name} directly.`)
    expect(sent()).toEqual([])
  })

  test('rejects a call without a name', async () => {
    const { structuredContent } = await call(url, 'call_gumloop_tool', {})
    expect(structuredContent.error.errors).toEqual([{ path: 'name', message: 'is required' }])
    expect(sent()).toEqual([])
  })

  test.each([{ limit: 3 }, { arguments: '{"limit":"3"}' }, { arguments: {}, limit: 3 }])(
    'accepts arguments as text, and next to `arguments`: %j',
    async args => {
      const json = { teams: Array.from({ length: 9 }, (_, at) => ({ id: `t${at}` })) }
      server.upstream.script({ status: 200, json })
      const { structuredContent } = await call(url, 'call_gumloop_tool', {
        name: 'list_all_gumloop_teams',
        ...args,
      })
      expect(structuredContent).toMatchObject({ result_count: 3 })
      expect(structuredContent).not.toHaveProperty('ignored_arguments')
    },
  )

  test('rejects a field next to `arguments` that resembles one of the tool', async () => {
    const { structuredContent } = await call(url, 'call_gumloop_tool', {
      name: 'list_all_gumloop_teams',
      limt: 3,
    })
    expect(structuredContent.error.errors).toEqual([
      { path: 'limt', message: 'is not known; did you mean limit?' },
    ])
  })
})
