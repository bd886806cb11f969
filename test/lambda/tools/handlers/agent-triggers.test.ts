import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json, rpc, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

const SECRET_URL = 'https://api.gumloop.com/api/v1/hooks/gummie/9f2c41d07ab84e55'
const TRIGGER = { id: 'trg_1', agent_id: 'a1', type: 'webhook', enabled: true, webhook_url: SECRET_URL }
const REVEAL = 'reveal_a_gumloop_agent_trigger_webhook_url'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

describe('the address of a webhook', () => {
  test.each<[string, object, Json]>([
    [
      'create_a_gumloop_agent_trigger',
      { agent_id: 'a1', type: 'webhook', prompt: 'Go' },
      { trigger: TRIGGER },
    ],
    [
      'update_a_gumloop_agent_trigger_by_id',
      { agent_id: 'a1', trigger_id: 'trg_1', enabled: true },
      { trigger: TRIGGER },
    ],
    ['get_single_gumloop_agent_trigger_by_id', { agent_id: 'a1', trigger_id: 'trg_1' }, { trigger: TRIGGER }],
    ['list_all_gumloop_agent_triggers', { agent_id: 'a1' }, { agent_id: 'a1', triggers: [TRIGGER] }],
    ['get_single_gumloop_agent_by_id', { agent_id: 'a1' }, { agent: { id: 'a1', triggers: [TRIGGER] } }],
    [
      'update_a_gumloop_agent_by_id',
      { agent_id: 'a1', name: 'B' },
      { agent: { id: 'a1', triggers: [TRIGGER] } },
    ],
    ['set_gumloop_agent_incognito', { agent_id: 'a1', enforced: true }, { agent: { triggers: [TRIGGER] } }],
  ])('%s does not return it', async (tool, args, json) => {
    server.upstream.script({ status: 200, json })
    const result = await call(url, tool, args)
    expect(result.isError).toBeUndefined()
    expect(JSON.stringify(result)).toContain('trg_1')
    expect(JSON.stringify(result)).not.toMatch(/hooks|9f2c41d07ab84e55|webhook_url"/)
  })

  test('is returned by the tool that reveals it, and is in no log line', async () => {
    server.upstream.script({
      status: 200,
      json: { agent_id: 'a1', trigger_id: 'trg_1', webhook_url: SECRET_URL },
    })
    const { structuredContent } = await call(url, REVEAL, { agent_id: 'a1', trigger_id: 'trg_1' })
    expect(structuredContent.webhook_url).toBe(SECRET_URL)
    expect(server.log()).not.toContain('9f2c41d07ab84e55')
  })

  test('a connector that reads or writes cannot reveal it, and is not told how', async () => {
    const { url: limited } = await server.connector({ methods: ['read', 'write'] })
    server.upstream.script({ status: 201, json: { trigger: TRIGGER } })
    const args = { agent_id: 'a1', type: 'webhook', prompt: 'Go' }
    const { structuredContent } = await call(limited, 'create_a_gumloop_agent_trigger', args)
    expect(structuredContent.next_step).not.toContain(REVEAL)
    expect((await call(limited, REVEAL, { agent_id: 'a1', trigger_id: 'trg_1' })).error.code).toBe(-32602)
  })
})

describe('creating a trigger', () => {
  const schedule = { agent_id: 'a1', type: 'schedule', prompt: 'Audit', timezone: 'Europe/Berlin' }

  test('sends a schedule as it is, and says that it is active', async () => {
    server.upstream.script({ status: 201, json: { trigger: { id: 't', type: 'schedule', enabled: true } } })
    const args = { ...schedule, cron_expression: '0 9 * * 1' }
    const { structuredContent } = await call(url, 'create_a_gumloop_agent_trigger', args)
    const [request] = server.upstream.requests
    const { agent_id: _, ...body } = args
    expect([request?.method, request?.url, JSON.parse(request?.body ?? '')]).toEqual([
      'POST',
      '/api/v1/agents/a1/triggers',
      body,
    ])
    expect(structuredContent.next_step).toMatch(/^The trigger is active\./)
  })

  test.each<[string, object, string]>([
    [
      'both schedules',
      { ...schedule, cron_expression: '0 9 * * 1', run_at: '2027-01-31T09:00:00' },
      'run_at',
    ],
    ['no schedule', schedule, 'cron_expression'],
    ['a webhook with a schedule', { ...schedule, type: 'webhook', cron_expression: '0 9 * * 1' }, 'type'],
    ['an app event without its setup', { ...schedule, type: 'integration' }, 'integration'],
  ])('refuses %s and sends nothing', async (_, args, field) => {
    const { isError, structuredContent } = await call(url, 'create_a_gumloop_agent_trigger', args)
    expect([isError, structuredContent.error.code, structuredContent.error.errors[0].path]).toEqual([
      true,
      'invalid_arguments',
      field,
    ])
    expect(server.upstream.requests).toEqual([])
  })
})

test('a connector of the first catalog has none of the later tools, listed or not', async () => {
  const old = await server.connector({ tool_exposure: 'all', catalog_version: 1 })
  const { result }: Json = await (await rpc(old.url, 'tools/list')).json()
  const names = result.tools.map(({ name }: Json) => name)
  expect(names.length).toBe(94)
  expect(names.filter((name: string) => /trigger|access|wiki/.test(name))).toEqual([])
  expect((await call(old.url, 'query_gumloop_wiki')).error.code).toBe(-32602)
  const through = await call(old.url, 'call_gumloop_tool', { name: 'query_gumloop_wiki', arguments: {} })
  expect(through.isError).toBe(true)
  expect(server.upstream.requests).toEqual([])
})
