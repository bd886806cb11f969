import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const names = async (query: string) =>
  listAt((await sandbox.get(`/agents${query}`)).json, 'agents').map(agent => at(agent, 'name'))

const ALL = ['Security Audit Agent', 'Research Desk', 'Support Triage', 'Expense approver', 'Broken pipeline']

test('lists agents filtered and sorted, without retired ones', async () => {
  expect(await names('')).toEqual(ALL)
  expect(await names('?sort_order=oldest')).toEqual([...ALL].reverse())
  expect(await names('?sort_order=name_asc')).toEqual([...ALL].sort())
  expect(await names('?search=RE')).toEqual(['Research Desk'])
  expect(await names('?team_id=team_finance')).toEqual(['Expense approver', 'Broken pipeline'])
  expect(await names('?has_triggers=true')).toEqual(['Security Audit Agent', 'Support Triage'])
  expect(await names('?tool=gumloop_ledger')).toEqual(['Expense approver', 'Broken pipeline'])
  expect(await names('?flow=flow_ledger_export')).toEqual(['Broken pipeline'])
  expect(await names('?creator=someone')).toEqual([])
})

test('returns last use and last change on request', async () => {
  await sandbox.post('/agents/agt_research_desk/sessions', { input: 'Bags?' })
  const plain = await sandbox.get('/agents?search=research')
  const withTimes = await sandbox.get(
    '/agents?search=research&include_last_used=true&include_last_updated=true',
  )
  expect([at(plain.json, 'agents.0.last_used_at'), at(plain.json, 'next_cursor')]).toEqual([
    undefined,
    undefined,
  ])
  expect(at(withTimes.json, 'agents.0.last_used_at')).toBe('2026-11-22T15:00:00Z')
  expect(at(withTimes.json, 'agents.0.last_updated_at')).toBe('2026-04-20T08:05:00Z')
})

test('creates an agent, updates single fields, and retires it permanently', async () => {
  const made = await sandbox.post('/agents', {
    name: 'Packer',
    model_name: 'gpt-5',
    tools: [{ type: 'web_search' }],
  })
  const id = textAt(made.json, 'agent.id')
  expect([made.status, at(made.json, 'agent.team_id'), at(made.json, 'agent.is_active')]).toEqual([
    201,
    'team_harbor',
    true,
  ])
  const changed = await sandbox.call('PATCH', `/agents/${id}`, {
    description: 'Packs',
    tools: [],
    name: null,
  })
  expect([at(changed.json, 'agent.name'), at(changed.json, 'agent.description')]).toEqual(['Packer', 'Packs'])
  expect(at(changed.json, 'agent.tools')).toEqual([])
  const session = await sandbox.post(`/agents/${id}/sessions`, { input: 'Pack for Lisbon' })
  await sandbox.call('PATCH', `/agents/${id}`, { is_active: false })
  expect((await sandbox.get(`/agents/${id}`)).status).toBe(404)
  expect((await sandbox.post(`/agents/${id}/sessions`, { input: 'Again' })).status).toBe(404)
  sandbox.advanceClock(3)
  const details = await sandbox.get(`/sessions/${textAt(session.json, 'session.id')}`)
  expect(at(details.json, 'session.messages.1.content')).toContain('Packer here, message 1 of this session.')
})

test('each update creates a version that lists the changes', async () => {
  await sandbox.call('PATCH', '/agents/agt_research_desk', {
    name: 'Research Desk 2',
    tools: [{ type: 'web_search' }],
  })
  const versions = await sandbox.get('/agents/agt_research_desk/versions')
  expect(listAt(versions.json, 'versions').map(v => [at(v, 'major_version'), at(v, 'is_deployed')])).toEqual([
    [2, true],
    [1, null],
  ])
  const latest = await sandbox.get(
    `/agents/agt_research_desk/versions/${textAt(versions.json, 'versions.0.id')}`,
  )
  expect(at(latest.json, 'changes.field_changes')).toEqual([
    { field: 'name', status: 'changed', old_value: 'Research Desk', new_value: 'Research Desk 2' },
  ])
  expect(at(latest.json, 'changes.tool_changes')).toEqual([
    {
      identity: { type: 'web_fetch', server_id: null },
      status: 'removed',
      old_position: 1,
      new_position: null,
      old_value: { type: 'web_fetch' },
      new_value: null,
      field_changes: [],
    },
  ])
  const first = await sandbox.get('/agents/agt_research_desk/versions/ver_research_desk')
  expect([at(first.json, 'changes'), at(first.json, 'version.composition.name')]).toEqual([
    null,
    'Research Desk',
  ])
})

test('gumball and analytics are created on first use and cannot be retired', async () => {
  const first = await sandbox.get('/agents/gumball')
  const again = await sandbox.get('/agents/gumball')
  expect(textAt(first.json, 'agent.name')).toBe('Gumball')
  expect(at(again.json, 'agent.id')).toBe(at(first.json, 'agent.id'))
  const retired = await sandbox.call('PATCH', '/agents/analytics', { is_active: false })
  expect([retired.status, at(retired.json, 'error.param')]).toEqual([400, 'is_active'])
  expect(await names('?sort_order=newest&search=a')).toContain('Analytics')
})

test('attaches and detaches skills and MCP servers', async () => {
  const change = { attach: ['skill_house_style', 'skill_cloud_hardening'], detach: ['skill_ticket_triage'] }
  const skills = await sandbox.call('PATCH', '/agents/agt_security_audit/skills', change)
  expect(skills.json).toEqual({
    agent_id: 'agt_security_audit',
    skill_ids: ['skill_cloud_hardening', 'skill_house_style'],
    attached: ['skill_house_style'],
    detached: [],
    already_attached: ['skill_cloud_hardening'],
    already_detached: ['skill_ticket_triage'],
  })
  const path = '/agents/agt_research_desk/mcp-servers/gumloop_slack'
  const attached = await sandbox.call('PUT', path, { channel: '#general', server_id: 'forged' })
  expect(attached.json).toEqual({
    agent_id: 'agt_research_desk',
    version: 2,
    mcp_server: { channel: '#general', server_id: 'gumloop_slack', type: 'gumcp_server', name: 'Slack' },
    created: true,
    auth_status: 'authenticated',
  })
  const listed = await sandbox.get('/agents/agt_research_desk/mcp-servers')
  expect(listAt(listed.json, 'mcp_servers')).toHaveLength(1)
  expect(at((await sandbox.call('DELETE', path)).json, 'detached')).toBe(true)
  expect(at((await sandbox.call('DELETE', path)).json, 'detached')).toBe(false)
})
