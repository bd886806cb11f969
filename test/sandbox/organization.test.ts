import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt, USER } from './conforming-client.ts'
import { parseCsv } from './csv-reader.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const ORG = 'org_harborfinch'
const RANGE = 'start_time=2026-11-22T00:00:00Z&end_time=2026-11-23T00:00:00Z'
const logs = (query = RANGE) => sandbox.get(`/get_audit_logs?organization_id=${ORG}&user_id=${USER}&${query}`)
const types = async (query?: string) =>
  listAt((await logs(query)).json, 'audit_logs').map(e => at(e, 'event_type'))

test('there is one organization', async () => {
  const { json } = await sandbox.get('/organizations')
  expect(json).toEqual({ organizations: [{ id: ORG, name: 'Harbor & Finch' }] })
})

test('the audit log has every change, latest first, and no reading', async () => {
  await sandbox.get('/agents')
  await sandbox.post('/brain/search', { query: 'leave' })
  const made = await sandbox.post('/agents', { name: 'Helper', team_id: 'team_harbor' })
  await sandbox.call('DELETE', `/agents/${textAt(made.json, 'agent.id')}`)
  await sandbox.call('DELETE', '/agents/agt_none')
  expect(await types()).toEqual(['DELETE_AGENT', 'CREATE_AGENT'])
  expect(await types(`${RANGE}&event_types=CREATE_AGENT`)).toEqual(['CREATE_AGENT'])
  expect(await types(`${RANGE}&workspace_ids=team_harbor,team_finance`)).toEqual(['CREATE_AGENT'])
  expect(await types(`${RANGE}&user_ids=user_noor`)).toEqual([])
  expect(await types('start_time=2026-11-20T00:00:00Z&end_time=2026-11-21T00:00:00Z')).toEqual([])
  const page = await logs(`${RANGE}&page=2&page_size=1`)
  expect(page.json).toMatchObject({ total_count: 2, page: 2, total_pages: 2 })
  expect(at(page.json, 'audit_logs.0')).toMatchObject({ event_type: 'CREATE_AGENT', user_id: USER })
})

test('the audit log is limited, and wants a range and an admin', async () => {
  for (let i = 0; i < 5; i += 1) await sandbox.post('/browser-profiles', { name: `P${i}` })
  expect((await logs('start_time=2026-11-23T00:00:00Z&end_time=2026-11-22T00:00:00Z')).status).toBe(400)
  const other = await sandbox.get(`/get_audit_logs?organization_id=${ORG}&user_id=user_noor&${RANGE}`)
  const unknown = await sandbox.get(`/get_audit_logs?organization_id=org_x&user_id=${USER}&${RANGE}`)
  expect([other.status, unknown.status]).toEqual([403, 404])
})

test('people join and leave workspaces and roles', async () => {
  const body = { organization_id: ORG, user_id: USER, user_email: 'Ana@harborfinch.example' }
  const workspace = { ...body, workspace_id: 'team_harbor' }
  const added = await sandbox.post('/manage_workspace_users', { ...workspace, action: 'add' })
  expect(added.json).toEqual({
    success: true,
    message: 'ana@harborfinch.example was added to Harbor & Finch.',
  })
  expect(sandbox.state.organization.workspaceMembers.team_harbor).toContain('ana@harborfinch.example')
  await sandbox.post('/manage_workspace_users', { ...workspace, action: 'remove' })
  expect(sandbox.state.organization.workspaceMembers.team_harbor).not.toContain('ana@harborfinch.example')
  const role = { ...body, group_id: 'role_finance' }
  const count = async () =>
    at(
      (await sandbox.get(`/organizations/${ORG}/roles/role_finance/credit-limit?user_id=${USER}`)).json,
      'member_count',
    )
  await sandbox.post('/manage_permission_group_users', { ...role, action: 'add' })
  await sandbox.post('/manage_permission_group_users', { ...role, action: 'add' })
  expect(await count()).toBe(3)
  await sandbox.post('/manage_permission_group_users', { ...role, action: 'remove' })
  expect(await count()).toBe(2)
  const wrong = [
    await sandbox.post('/manage_workspace_users', { ...workspace, action: 'add', user_email: 'ana' }),
    await sandbox.post('/manage_workspace_users', { ...workspace, action: 'add', workspace_id: 'team_x' }),
    await sandbox.post('/manage_permission_group_users', { ...role, action: 'add', group_id: 'role_x' }),
  ].map(reply => reply.status)
  expect(wrong).toEqual([400, 404, 404])
})

test('credit limits of roles are listed, set and removed', async () => {
  const path = `/organizations/${ORG}/roles/role_finance/credit-limit`
  const set = async (monthly_credit_limit: number | null) =>
    at(
      (await sandbox.call('PUT', path, { monthly_credit_limit, user_id: USER })).json,
      'monthly_credit_limit',
    )
  expect([await set(800), await set(null)]).toEqual([800, null])
  const roles = await sandbox.get(`/organizations/${ORG}/roles/credit-limits?user_id=${USER}`)
  expect(
    listAt(roles.json, 'roles').map(role => [at(role, 'role_name'), at(role, 'monthly_credit_limit')]),
  ).toEqual([
    ['Member', null],
    ['Finance', null],
  ])
})

test('an export takes a few seconds and then is a CSV of what was asked for', async () => {
  await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit', session_id: 'ses_a' })
  sandbox.advanceClock(10)
  const body = {
    user_id: USER,
    data_type: 'credit_logs',
    export_fields: ['interaction_id', 'credit_cost', 'unknown_field'],
    start_date: '2026-11-22T00:00:00Z',
    end_date: '2026-11-23T00:00:00Z',
  }
  const asked = await sandbox.post('/export_data', body)
  expect(at(asked.json, 'state')).toBe('REQUESTED')
  const path = `/export_status?user_id=${USER}&data_export_id=${textAt(asked.json, 'data_export_id')}`
  sandbox.advanceClock(1)
  expect(at((await sandbox.get(`${path}&download=true`)).json, 'state')).toBe('IN_PROGRESS')
  sandbox.advanceClock(5)
  expect((await sandbox.get(path)).json).toMatchObject({
    state: 'COMPLETED',
    finished_ts: '2026-11-22T15:00:13Z',
  })
  const file = await sandbox.get(`${path}&download=true`)
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(parseCsv(file.text)).toEqual([
    ['interaction_id', 'credit_cost', 'unknown_field'],
    ['ses_a', '14', ''],
  ])
  const wrong = [
    await sandbox.post('/export_data', { ...body, data_type: 'agents' }),
    await sandbox.post('/export_data', { ...body, export_fields: [] }),
    await sandbox.post('/export_data', { ...body, end_date: 'soon' }),
    await sandbox.get(`/export_status?user_id=${USER}&data_export_id=none`),
  ].map(reply => reply.status)
  expect(wrong).toEqual([400, 400, 400, 404])
  const scoped = { ...body, data_type: 'agents', include_all_workspaces: true, export_fields: ['name'] }
  expect((await sandbox.post('/export_data', scoped)).status).toBe(200)
})
