import { deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readZip, toZip } from '../../sandbox/content/zip.ts'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const SKILL = '---\nname: packing\ndescription: How to pack: rolls, not folds.\n---\n\n# Packing\n'

function form(files: Record<string, string | Buffer>, fields: Record<string, string> = {}): FormData {
  const data = new FormData()
  for (const [name, text] of Object.entries(files)) {
    data.append('files', new Blob([typeof text === 'string' ? text : new Uint8Array(text)]), name)
  }
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

test('lists skills with their count, sorted and filtered', async () => {
  const names = async (query: string) => {
    const { json } = await sandbox.get(`/skills?${query}`)
    return [at(json, 'total_count'), ...listAt(json, 'skills').map(skill => at(skill, 'name'))]
  }
  expect(await names('')).toEqual([3, 'cloud-hardening', 'ticket-triage', 'house-style'])
  expect(await names('search_query=TRI')).toEqual([1, 'ticket-triage'])
  expect(await names('agent_id=agt_security_audit')).toEqual([1, 'cloud-hardening'])
  expect(await names('unused=yes')).toEqual([1, 'house-style'])
  expect(await names('team_id=team_finance')).toEqual([0])
})

test('uploads a skill as files, replaces it with an archive, downloads and deletes it', async () => {
  const made = await sandbox.call(
    'POST',
    '/skills',
    form({ 'SKILL.md': SKILL, 'list.txt': 'socks' }, { team_id: 'team_finance' }),
  )
  const id = textAt(made.json, 'skill.id')
  expect([made.status, at(made.json, 'skill.name'), at(made.json, 'skill.team_id')]).toEqual([
    201,
    'packing',
    'team_finance',
  ])
  const archive = toZip([{ name: 'packing/SKILL.md', bytes: Buffer.from(SKILL.replace('rolls', 'cubes')) }])
  const changed = await sandbox.call('PATCH', `/skills/${id}`, form({ 'packing.skill': archive }))
  expect([at(changed.json, 'skill.description'), at(changed.json, 'skill.major_version')]).toEqual([
    'How to pack: cubes, not folds.',
    2,
  ])

  const link = await sandbox.get(`/skills/${id}/download?version_id=${at(made.json, 'skill.version_id')}`)
  expect([at(link.json, 'filename'), at(link.json, 'major_version')]).toEqual(['packing.skill', 1])
  const bytes = Buffer.from(await (await fetch(textAt(link.json, 'download_url'))).arrayBuffer())
  expect(readZip(bytes, 1_000)?.map(file => [file.name, file.bytes.toString()])).toEqual([
    ['SKILL.md', SKILL],
    ['list.txt', 'socks'],
  ])

  expect((await sandbox.call('DELETE', `/skills/${id}`)).json).toEqual({ deleted: true })
  const gone = await sandbox.get(`/skills/${id}/download`)
  expect([gone.status, at(gone.json, 'error.code')]).toEqual([404, 'skill_not_found'])
})

test('rejects uploads that are too large or lack a manifest, a name or a file', async () => {
  const upload = async (files: Record<string, string | Buffer>) => {
    const reply = await sandbox.call('POST', '/skills', form(files))
    return [reply.status, at(reply.json, 'error.message')]
  }
  expect(await upload({ 'a.txt': 'x', 'b.txt': 'y' })).toEqual([400, 'The files contain no SKILL.md.'])
  expect(await upload({ 'SKILL.md': '# No head' })).toEqual([
    400,
    'SKILL.md has no name in its front matter.',
  ])
  expect(await upload({})).toEqual([400, 'files is required.'])
  expect(await upload({ 'x.zip': 'PK no zip' })).toEqual([
    400,
    'The archive is invalid or unpacks to more than 10 MB.',
  ])
  expect(await upload({ 'SKILL.md': Buffer.alloc(10 * 1024 * 1024 + 1) })).toEqual([
    413,
    'A skill must not exceed 10 MB.',
  ])
})

test('reads a deflated archive, but not one that unpacks to too much', () => {
  const text = Buffer.from('socks '.repeat(100))
  const packed = deflateRawSync(text)
  const stored = toZip([{ name: 'a.txt', bytes: packed }])
  // An uncompressed archive of packed bytes whose entries are marked as deflated.
  stored.writeUInt16LE(8, 8)
  stored.writeUInt16LE(8, stored.indexOf('PK\x01\x02') + 10)
  expect(readZip(stored, 600)?.[0]?.bytes.equals(text)).toBe(true)
  expect(readZip(stored, 599)).toBeNull()
})
