import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
  await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit', session_id: 'ses_audit' })
  sandbox.advanceClock(10)
})
afterEach(() => sandbox.close())

const ANA = { 'x-auth-key': 'user_ana' }
const TOMASZ = { 'x-auth-key': 'user_tomasz' }
const as = (person: Record<string, string>, path: string) => sandbox.call('GET', path, undefined, person)
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code')]

async function reportId(): Promise<string> {
  const list = await sandbox.get('/agents/agt_security_audit/artifacts?search_query=report')
  return textAt(list.json, 'artifacts.0.id')
}

describe('sharing changes who sees what', () => {
  test('a person sees a session after it was shared, and no longer after it was taken away', async () => {
    const seen = async () => [
      (await as(ANA, '/sessions/ses_audit')).status,
      listAt((await as(ANA, '/agents/agt_security_audit/sessions')).json, 'sessions').length,
    ]
    expect(await seen()).toEqual([404, 0])
    const share = [{ type: 'person', email: 'Ana@harborfinch.example', role: 'viewer' }]
    const shared = await sandbox.call('PUT', '/sessions/ses_audit/access', { share })
    expect(shared.json).toEqual({
      access: {
        grants_visibility: 'full',
        people: [{ email: 'ana@harborfinch.example', name: 'Ana Sousa', role: 'viewer' }],
        teams: [],
        organization_access: null,
        link: 'none',
        link_role: null,
        password_protected: false,
        hidden_by_role: null,
      },
      notified: ['ana@harborfinch.example'],
    })
    expect(await seen()).toEqual([200, 1])
    expect(failure(await as(TOMASZ, '/sessions/ses_audit'))).toEqual([404, 'not_found'])
    const again = await sandbox.call('PUT', '/sessions/ses_audit/access', { share })
    expect(at(again.json, 'notified')).toEqual([])
    const remove = [{ type: 'person', email: 'ana@harborfinch.example' }]
    await sandbox.call('PUT', '/sessions/ses_audit/access', { remove })
    expect(await seen()).toEqual([404, 0])
  })

  test('an artifact is shared with a team, with everybody, and over its link', async () => {
    const id = await reportId()
    const path = `/artifacts/${id}/access`
    const statuses = async () => [
      (await as(ANA, `/artifacts/${id}/download`)).status,
      (await as(TOMASZ, `/artifacts/${id}/download`)).status,
    ]
    expect(await statuses()).toEqual([404, 404])
    const team = { type: 'team', team_id: 'team_finance' }
    await sandbox.call('PUT', path, { share: [{ ...team, role: 'viewer' }] })
    expect(await statuses()).toEqual([404, 200])
    await sandbox.call('PUT', path, { remove: [team], link: { mode: 'anyone' } })
    expect(await statuses()).toEqual([200, 200])
    await sandbox.call('PUT', path, { link: { mode: 'none' } })
    expect(await statuses()).toEqual([404, 404])
    await sandbox.call('PUT', path, { share: [{ type: 'organization', role: 'viewer' }] })
    expect(await statuses()).toEqual([200, 200])
    const access = at((await sandbox.get(path)).json, 'access')
    expect(access).toMatchObject({ link: 'none', teams: [], organization_access: { role: 'viewer' } })
    const others = await as(ANA, '/agents/agt_security_audit/artifacts')
    expect(listAt(others.json, 'artifacts').map(artifact => at(artifact, 'id'))).toEqual([id])
  })

  test('a skill is shared', async () => {
    const names = async () =>
      listAt((await as(ANA, '/skills')).json, 'skills').map(skill => at(skill, 'name'))
    expect(await names()).toEqual([])
    const share = [{ type: 'person', email: 'ana@harborfinch.example', role: 'editor' }]
    await sandbox.call('PUT', '/skills/skill_house_style/access', { share })
    expect(await names()).toEqual(['house-style'])
    expect((await as(ANA, '/skills/skill_cloud_hardening/access')).status).toBe(404)
  })
})

test('a viewer sees only the own entry and may not share; an editor may', async () => {
  const path = '/sessions/ses_audit/access'
  const person = (name: string, role: string) => ({
    type: 'person',
    email: `${name}@harborfinch.example`,
    role,
  })
  await sandbox.call('PUT', path, { share: [person('ana', 'viewer'), person('noor', 'editor')] })
  expect(at((await as(ANA, path)).json, 'access')).toMatchObject({
    grants_visibility: 'own',
    people: [{ email: 'ana@harborfinch.example' }],
    hidden_by_role: { editor: { people: 1, teams: 0 } },
  })
  const change = { share: [person('tomasz', 'viewer')] }
  expect(failure(await sandbox.call('PUT', path, change, ANA))).toEqual([403, 'insufficient_permissions'])
  await sandbox.call('PUT', path, { share: [person('ana', 'editor')] })
  expect((await sandbox.call('PUT', path, change, ANA)).status).toBe(200)
  expect((await as(TOMASZ, '/sessions/ses_audit')).status).toBe(200)
})

test('a link is protected by a password that was stored before, and the password is nowhere', async () => {
  const id = await reportId()
  const protect = { link: { mode: 'password' } }
  expect(failure(await sandbox.call('PUT', `/artifacts/${id}/access`, protect))).toEqual([
    400,
    'invalid_request',
  ])
  const short = await sandbox.call('PUT', `/artifacts/${id}/password`, { password: 'short' })
  expect(failure(short)).toEqual([400, 'invalid_request'])
  const stored = await sandbox.call('PUT', `/artifacts/${id}/password`, { password: 'orange-boat-7' })
  expect(stored.json).toEqual({ success: true })
  const reply = await sandbox.call('PUT', `/artifacts/${id}/access`, protect)
  expect(at(reply.json, 'access')).toMatchObject({ link: 'password', password_protected: true })
  expect(JSON.stringify([sandbox.state, sandbox.requests])).not.toContain('orange-boat-7')
  expect((await as(ANA, `/artifacts/${id}/download`)).status).toBe(404)
})

test.each([
  ['nothing', {}, null],
  ['a person without an address', { share: [{ type: 'person', role: 'viewer' }] }, 'share[0].email'],
  ['an unknown team', { share: [{ type: 'team', team_id: 'team_x', role: 'viewer' }] }, 'share[0].team_id'],
  ['an unknown role', { share: [{ type: 'organization', role: 'owner' }] }, 'share[0].role'],
  ['an unknown kind', { remove: [{ type: 'planet' }] }, 'remove[0].type'],
])('refuses a change with %s, and changes nothing', async (_name, body, param) => {
  const good = { share: [{ type: 'person', email: 'ana@harborfinch.example', role: 'viewer' }] }
  const share = [...good.share, ...('share' in body ? body.share : [])]
  const reply = await sandbox.call('PUT', '/sessions/ses_audit/access', 'share' in body ? { share } : body)
  expect([reply.status, at(reply.json, 'error.param')]).toEqual([
    400,
    param?.replace('share[0]', 'share[1]') ?? null,
  ])
  expect(at((await sandbox.get('/sessions/ses_audit/access')).json, 'access.people')).toEqual([])
})
