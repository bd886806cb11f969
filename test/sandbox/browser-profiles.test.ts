import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const cookie = (domain: string) => ({ name: 'session', value: 'cookie-value-9', domain })

test('a profile is made, renamed, made the default one and deleted', async () => {
  const first = await sandbox.post('/browser-profiles', { name: 'Research' })
  const second = textAt((await sandbox.post('/browser-profiles', { name: 'Sales' })).json, 'profile_id')
  expect([at(first.json, 'is_default'), at(first.json, 'owner_id'), at(first.json, 'owner_scope')]).toEqual([
    true,
    'user_test',
    'personal',
  ])
  const changed = await sandbox.call('PATCH', `/browser-profiles/${second}`, {
    name: 'Outreach',
    is_default: true,
  })
  expect(changed.json).toMatchObject({ name: 'Outreach', is_default: true, version: 2 })
  expect(at((await sandbox.get('/browser-profiles/default')).json, 'profile_id')).toBe(second)
  const list = listAt((await sandbox.get('/browser-profiles')).json, 'profiles')
  expect(list.map(profile => [at(profile, 'name'), at(profile, 'is_default')])).toEqual([
    ['Research', false],
    ['Outreach', true],
  ])
  expect((await sandbox.call('DELETE', `/browser-profiles/${second}`)).json).toEqual({ status: 'success' })
  expect((await sandbox.get(`/browser-profiles/${second}`)).status).toBe(404)
})

test('cookies are counted by site, and their values are nowhere', async () => {
  const cookies = [cookie('.linkedin.com'), cookie('www.linkedin.com'), cookie('example.org')]
  const all = await sandbox.post('/browser-profiles/default/cookies', { cookies })
  expect(at(all.json, 'imported')).toEqual({
    site: null,
    cookie_count: 3,
    skipped: 0,
    sites: ['linkedin.com', 'www.linkedin.com', 'example.org'],
  })
  const one = await sandbox.post('/browser-profiles/default/cookies', {
    cookies,
    url: 'https://www.linkedin.com/feed',
  })
  expect(at(one.json, 'imported')).toMatchObject({ site: 'www.linkedin.com', cookie_count: 2, skipped: 1 })
  expect(listAt(one.json, 'profile.sites')).toHaveLength(3)
  expect(JSON.stringify(sandbox.state)).not.toContain('cookie-value-9')
})

test('belongs to its owner: others do not find it, a team has its own', async () => {
  const id = textAt((await sandbox.post('/browser-profiles', { name: 'Mine' })).json, 'profile_id')
  const other = { 'x-auth-key': 'user_other' }
  expect((await sandbox.call('GET', `/browser-profiles/${id}`, undefined, other)).status).toBe(404)
  const body = { cookies: [cookie('example.org')], team_id: 'team_harbor' }
  const team = await sandbox.post('/browser-profiles/default/cookies', body)
  expect(at(team.json, 'profile.owner_scope')).toBe('team')
  const ofTeam = listAt((await sandbox.get('/browser-profiles?team_id=team_harbor')).json, 'profiles')
  expect(ofTeam.map(profile => at(profile, 'name'))).toEqual(['Default'])
})

test('refuses a blank name, an empty change and no cookies', async () => {
  const id = textAt((await sandbox.post('/browser-profiles', { name: 'Mine' })).json, 'profile_id')
  const statuses = [
    await sandbox.post('/browser-profiles', { name: ' ' }),
    await sandbox.call('PATCH', `/browser-profiles/${id}`, {}),
    await sandbox.call('PATCH', `/browser-profiles/${id}`, { is_default: false }),
    await sandbox.post(`/browser-profiles/${id}/cookies`, { cookies: [] }),
    await sandbox.post(`/browser-profiles/${id}/cookies`, { cookies: [cookie('a.b')], url: 'nowhere' }),
  ].map(reply => reply.status)
  expect(statuses).toEqual([400, 400, 400, 400, 400])
})
