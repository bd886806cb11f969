import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const AUDIT = '/agents/agt_security_audit'

/** Two audits a day apart, in one session: the report has two versions. */
async function twoVersions(): Promise<string> {
  await sandbox.post(`${AUDIT}/sessions`, { input: 'Audit staging', session_id: 'ses_a' })
  sandbox.advanceClock(86_400)
  await sandbox.post('/sessions/ses_a/messages', { input: 'Audit production' })
  sandbox.advanceClock(10)
  return textAt((await sandbox.get(`${AUDIT}/artifacts?search_query=report`)).json, 'artifacts.0.id')
}

test('lists versions newest first; each can be downloaded', async () => {
  const id = await twoVersions()
  const versions = listAt((await sandbox.get(`/artifacts/${id}/versions`)).json, 'versions')
  expect(
    versions.map(version => [
      at(version, 'major_version'),
      at(version, 'is_current'),
      at(version, 'created_ts'),
    ]),
  ).toEqual([
    [2, true, '2026-11-23T15:00:05Z'],
    [1, false, '2026-11-22T15:00:05Z'],
  ])
  const texts = await Promise.all(
    versions.map(async version => {
      const link = await sandbox.get(`/artifacts/${id}/download?version_id=${textAt(version, 'version_id')}`)
      const bytes = Buffer.from(await (await fetch(textAt(link.json, 'download_url'))).arrayBuffer())
      expect(bytes.length).toBe(at(version, 'size'))
      return bytes.toString('utf8')
    }),
  )
  expect(texts[0]).toContain('Task: Audit production')
  expect(texts[1]).toContain('Task: Audit staging')
})

test('a name is shown and found, and null takes it back; the file name stays', async () => {
  const id = await twoVersions()
  const first = async (query = '') =>
    at((await sandbox.get(`${AUDIT}/artifacts${query}`)).json, 'artifacts.0')
  const renamed = await sandbox.call('PUT', `/artifacts/${id}/name`, { name: 'Quarterly report' })
  expect(renamed.json).toEqual({ name: 'Quarterly report' })
  expect(await first('?search_query=quarterly')).toMatchObject({
    id,
    filename: 'audit-report.md',
    metadata: { display_name: 'Quarterly report' },
  })
  expect((await sandbox.call('PUT', `/artifacts/${id}/name`, { name: null })).json).toEqual({ name: null })
  expect(await first('?search_query=quarterly')).toBeUndefined()
  expect((await sandbox.call('PUT', `/artifacts/${id}/name`, { name: ' ' })).status).toBe(400)
})

test('a deleted artifact is gone, also for links that were made before', async () => {
  const id = await twoVersions()
  const link = textAt((await sandbox.get(`/artifacts/${id}/download`)).json, 'download_url')
  expect((await sandbox.call('DELETE', `/artifacts/${id}`)).json).toEqual({ deleted: true })
  const statuses = [
    (await sandbox.get(`/artifacts/${id}/download`)).status,
    (await sandbox.get(`/artifacts/${id}/versions`)).status,
    (await sandbox.call('DELETE', `/artifacts/${id}`)).status,
    (await fetch(link)).status,
  ]
  expect(statuses).toEqual([404, 404, 404, 404])
  const names = listAt((await sandbox.get(`${AUDIT}/artifacts`)).json, 'artifacts').map(a =>
    at(a, 'filename'),
  )
  expect(names).not.toContain('audit-report.md')
})

test('a file of the versioned file system is neither renamed nor deleted', async () => {
  await sandbox.post('/agents/agt_research_desk/sessions', { input: 'Bags?' })
  sandbox.advanceClock(10)
  const list = await sandbox.get('/agents/agt_research_desk/artifacts?search_query=sources')
  const path = `/artifacts/${textAt(list.json, 'artifacts.0.id')}`
  const renamed = await sandbox.call('PUT', `${path}/name`, { name: 'Sources' })
  expect(at(renamed.json, 'error.code')).toBe('versioned_fs_rename_unsupported')
  expect((await sandbox.call('DELETE', path)).status).toBe(400)
})

test('a viewer may read an artifact, not rename or delete it', async () => {
  const id = await twoVersions()
  const share = [{ type: 'person', email: 'ana@harborfinch.example', role: 'viewer' }]
  await sandbox.call('PUT', `/artifacts/${id}/access`, { share })
  const ana = { 'x-auth-key': 'user_ana' }
  const statuses = [
    await sandbox.call('GET', `/artifacts/${id}/versions`, undefined, ana),
    await sandbox.call('PUT', `/artifacts/${id}/name`, { name: 'Mine' }, ana),
    await sandbox.call('DELETE', `/artifacts/${id}`, undefined, ana),
  ].map(reply => reply.status)
  expect(statuses).toEqual([200, 403, 403])
})
