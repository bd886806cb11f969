import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const DESK = '/agents/agt_research_desk'
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code')]

test('abilities are switched one by one, and keep their settings', async () => {
  const change = async (body: unknown) => (await sandbox.call('PATCH', `${DESK}/abilities`, body)).json
  expect(at((await sandbox.get(DESK)).json, 'agent.abilities')).toMatchObject({
    web_search: { enabled: true, provider: null },
    image_generation: { enabled: false, model: null },
    tool_discovery: { mode: 'auto' },
  })
  const first = await change({
    web_search: { enabled: true, provider: 'exa' },
    web_fetch: { enabled: false },
  })
  expect(at(first, 'abilities')).toMatchObject({
    web_search: { enabled: true, provider: 'exa' },
    web_fetch: { enabled: false },
  })
  const second = await change({
    web_search: { enabled: true },
    tool_discovery: { mode: 'enabled' },
    version: 2,
  })
  expect([at(second, 'abilities.web_search.provider'), at(second, 'version')]).toEqual(['exa', 3])
  const tools = listAt((await sandbox.get(DESK)).json, 'agent.tools').map(tool => at(tool, 'type'))
  expect(tools).toEqual(['web_search'])
})

test('a browser profile must exist', async () => {
  const pin = (profile_id: string) =>
    sandbox.call('PATCH', `${DESK}/abilities`, { browser: { enabled: true, profile_id } })
  expect(failure(await pin('bp_none'))).toEqual([400, 'invalid_request'])
  const id = textAt((await sandbox.post('/browser-profiles', { name: 'LinkedIn' })).json, 'profile_id')
  expect(at((await pin(id)).json, 'abilities.browser')).toMatchObject({ enabled: true, profile_id: id })
})

test('a change for an older version is refused', async () => {
  const conflict = [409, 'agent_version_conflict']
  await sandbox.call('PATCH', DESK, { name: 'Desk', version: 1 })
  expect(failure(await sandbox.call('PATCH', DESK, { name: 'Old', version: 1 }))).toEqual(conflict)
  const abilities = { ask_question: { enabled: true }, version: 1 }
  expect(failure(await sandbox.call('PATCH', `${DESK}/abilities`, abilities))).toEqual(conflict)
  expect([
    at((await sandbox.get(DESK)).json, 'agent.name'),
    at((await sandbox.get(DESK)).json, 'agent.version'),
  ]).toEqual(['Desk', 2])
})

test('settings merge, lists in them replace', async () => {
  await sandbox.call('PATCH', DESK, {
    metadata: { voice: { enabled: true, voice: 'ash' }, suggested_prompts: [] },
  })
  await sandbox.call('PATCH', DESK, { metadata: { voice: { voice: 'sage' } } })
  expect(at((await sandbox.get(DESK)).json, 'agent.metadata')).toEqual({
    voice: { enabled: true, voice: 'sage' },
    suggested_prompts: [],
  })
})

test('the summary of the list has no prompts, tools and settings', async () => {
  const url = `${sandbox.url}/api/v1/agents?summary=true`
  const reply = await fetch(url, { headers: { authorization: 'Bearer key', 'x-auth-key': 'user_test' } })
  const row = at(await reply.json(), 'agents.0')
  expect(row).toMatchObject({ id: 'agt_security_audit', model_name: 'anthropic/claude-sonnet-4-5' })
  expect(
    Object.keys(row ?? {}).filter(key => ['system_prompt', 'tools', 'resources', 'metadata'].includes(key)),
  ).toEqual([])
})

test('app rules can be read', async () => {
  const rules = await sandbox.get('/agents/agt_expense_approver/app-rules')
  expect(at(rules.json, 'app_rules.0')).toMatchObject({
    name: 'Payments over € 100',
    server_id: 'gumloop_ledger',
  })
  expect(at((await sandbox.get(`${DESK}/app-rules`)).json, 'app_rules')).toEqual([])
})

describe('knowledge sources', () => {
  const SOURCE = `${DESK}/knowledge-sources/brn_handbook`

  test('are attached whole or in part, and a repeat changes nothing', async () => {
    const outcome = async (body: unknown) => at((await sandbox.call('PUT', SOURCE, body)).json, 'outcome')
    const config = { mode: 'include_only', inclusions: [{ type: 'document', id: 'doc_travel' }] }
    expect([
      await outcome({ config: null }),
      await outcome({ config: null }),
      await outcome({ config }),
    ]).toEqual(['attached', 'already_present', 'updated'])
    const full = { ...config, inclusions: [{ ...config.inclusions[0], name: null }], exclusions: [] }
    const listed = await sandbox.get(`${DESK}/knowledge-sources`)
    expect(at(listed.json, 'knowledge_sources')).toEqual([{ connector_id: 'brn_handbook', config: full }])
    const versions = listAt((await sandbox.get(`${DESK}/versions`)).json, 'versions')
    const latest = await sandbox.get(`${DESK}/versions/${textAt(versions[0], 'id')}`)
    expect(at(latest.json, 'changes.knowledge_source_changes.0')).toMatchObject({
      connector_id: 'brn_handbook',
      status: 'changed',
      old_config: null,
      new_config: full,
    })
    const detached = [await sandbox.call('DELETE', SOURCE), await sandbox.call('DELETE', SOURCE)]
    expect(detached.map(reply => at(reply.json, 'detached'))).toEqual([true, false])
    expect(listAt((await sandbox.get('/brain/sources')).json, 'sources')).toHaveLength(2)
  })

  test('must exist, fit the team and keep something', async () => {
    const status = async (path: string, body: unknown = {}) => (await sandbox.call('PUT', path, body)).status
    expect(await status(`${DESK}/knowledge-sources/brn_none`)).toBe(404)
    expect(await status('/agents/agt_expense_approver/knowledge-sources/brn_policies')).toBe(400)
    expect(await status(SOURCE, { config: { mode: 'include_only' } })).toBe(400)
  })

  test('come with a new agent', async () => {
    const knowledge_sources = [{ connector_id: 'brn_handbook', config: null }]
    const made = await sandbox.post('/agents', { name: 'Helper', knowledge_sources })
    expect(at(made.json, 'agent.knowledge_sources')).toEqual(knowledge_sources)
  })
})

test('subagents are attached once, and never the agent itself or one of another team', async () => {
  const put = (id: string) => sandbox.call('PUT', `${DESK}/subagents/${id}`)
  const id = 'agt_support_triage'
  const results = [await put(id), await put(id)].map(reply => [
    at(reply.json, 'subagent_ids'),
    at(reply.json, 'changed'),
  ])
  expect(results).toEqual([
    [[id], true],
    [[id], false],
  ])
  expect(at((await sandbox.get(DESK)).json, 'agent.metadata.subagent.allowed_gummie_ids')).toEqual([id])
  const wrong = ['agt_research_desk', 'gumball', 'agt_expense_approver', 'agt_none']
  const statuses = await Promise.all(wrong.map(async other => (await put(other)).status))
  expect(statuses).toEqual([400, 400, 400, 404])
  const removed = await sandbox.call('DELETE', `${DESK}/subagents/${id}`)
  expect(removed.json).toEqual({ agent_id: 'agt_research_desk', subagent_ids: [], changed: true })
})

describe('incognito', () => {
  const start = (body: Record<string, unknown>, headers = {}) =>
    sandbox.call(
      'POST',
      `${DESK}/sessions`,
      { input: 'Secret question', session_id: 'ses_i', ...body },
      headers,
    )

  test('a session keeps nothing: its answer can be read for a minute', async () => {
    const started = await start({ incognito: true })
    expect(at(started.json, 'session.incognito')).toBe(true)
    sandbox.advanceClock(20)
    const soon = await sandbox.get('/sessions/ses_i')
    expect(soon.text).toContain('Three things stand out')
    expect(listAt((await sandbox.get(`${DESK}/artifacts`)).json, 'artifacts')).toHaveLength(2)
    sandbox.advanceClock(60)
    const later = await sandbox.get('/sessions/ses_i')
    expect([at(later.json, 'session.messages'), at(later.json, 'session.state')]).toEqual([[], 'completed'])
    expect(at(later.json, 'session.usage.credit_cost')).toBe(9)
    expect(listAt((await sandbox.get(`${DESK}/artifacts`)).json, 'artifacts')).toEqual([])
    expect(JSON.stringify(sandbox.state)).not.toContain('Secret question')
  })

  test('an agent makes all new sessions incognito; the one before stays', async () => {
    await start({ session_id: 'ses_before' })
    const set = await sandbox.call('PATCH', `${DESK}/incognito`, { enforced: true })
    expect(at(set.json, 'agent.incognito')).toEqual({ enforced: true })
    await start({})
    sandbox.advanceClock(100)
    const messages = async (id: string) =>
      listAt((await sandbox.get(`/sessions/${id}`)).json, 'session.messages').length
    expect([await messages('ses_i'), await messages('ses_before')]).toEqual([0, 2])
  })

  test('has no queue and no approval requests, and wants a permission', async () => {
    await start({ incognito: true })
    const unsupported = [403, 'incognito_session_unsupported']
    expect(failure(await sandbox.post('/sessions/ses_i/queue', { input: 'Later' }))).toEqual(unsupported)
    const ana = { 'x-auth-key': 'user_ana' }
    const forbidden = [403, 'organization_permission_required']
    expect(failure(await start({ incognito: true, session_id: 'ses_ana' }, ana))).toEqual(forbidden)
    expect(failure(await sandbox.call('PATCH', `${DESK}/incognito`, { enforced: true }, ana))).toEqual(
      forbidden,
    )
    expect(failure(await sandbox.call('PATCH', DESK, { incognito: true }))).toEqual([400, 'invalid_request'])
    expect((await sandbox.call('PATCH', `${DESK}/incognito`, { enforced: false }, ana)).status).toBe(200)
  })
})
