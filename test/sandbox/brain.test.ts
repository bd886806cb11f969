import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const BOOK = '/brain/sources/brn_handbook'
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code')]

function files(...named: [name: string, content: string][]): FormData {
  const form = new FormData()
  for (const [name, content] of named) form.append('files', new Blob([content], { type: 'text/plain' }), name)
  return form
}

const titles = async (query: string, more = {}) =>
  listAt((await sandbox.post('/brain/search', { query, ...more })).json, 'results').map(r => at(r, 'title'))

test('search finds pages by their words, best first', async () => {
  expect(await titles('hotel claims approval')).toEqual(['Travel policy'])
  expect(await titles('years of leave')).toEqual(['Leave', 'Repairs'])
  expect(await titles('years of leave', { limit: 1 })).toEqual(['Leave'])
  expect(await titles('leave', { source_type: ['slack'] })).toEqual([])
  const found = await sandbox.post('/brain/search', { query: 'wheels' })
  expect(at(found.json, 'results.0')).toMatchObject({ parent_title: 'Workshop', owner_name: 'Noor Haddad' })
})

test('a source is browsed level by level', async () => {
  const children = async (query: string) =>
    listAt((await sandbox.get(`${BOOK}/children${query}`)).json, 'items').map(item => at(item, 'document_id'))
  expect(await children('')).toEqual(['doc_people', 'doc_workshop'])
  expect(await children('?parent_id=doc_people')).toEqual(['doc_travel', 'doc_leave'])
  expect(await children('?query=LEAVE')).toEqual(['doc_leave'])
  const top = await sandbox.get(`${BOOK}/children?page_size=1`)
  expect(at(top.json, 'items.0')).toMatchObject({
    is_document: false,
    child_count: 2,
    descendant_doc_count: 2,
  })
  expect([at(top.json, 'has_more'), at(top.json, 'total_count')]).toEqual([true, 2])
  expect((await sandbox.get(`${BOOK}/children?parent_id=none`)).status).toBe(404)
})

test('a sync is queued, runs, and ends with counts and credits', async () => {
  const queued = await sandbox.post(`${BOOK}/sync`)
  expect([queued.status, at(queued.json, 'status')]).toEqual([202, 'queued'])
  const states: unknown[] = []
  for (const seconds of [0, 2, 3]) {
    sandbox.advanceClock(seconds)
    const runs = listAt((await sandbox.get(`${BOOK}/sync-runs`)).json, 'items')
    expect(at(runs[0], 'sync_run_id')).toBe(at(queued.json, 'sync_run_id'))
    states.push([at(runs[0], 'status'), at(runs[0], 'credit_cost')])
  }
  expect(states).toEqual([
    ['queued', 0],
    ['running', 0],
    ['completed', 1],
  ])
  const issues = listAt((await sandbox.get(`${BOOK}/issues`)).json, 'items')
  expect(issues.map(issue => [at(issue, 'title'), at(issue, 'skip_reason')])).toEqual([
    ['Payroll', 'no_access'],
  ])
  const upload = await sandbox.post('/brain/sources/brn_policies/sync')
  expect(failure(upload)).toEqual([409, 'knowledge_source_not_ready'])
})

describe('an upload source', () => {
  async function create(body: Record<string, unknown> = {}): Promise<string> {
    const made = await sandbox.post('/brain/sources', { name: 'Manuals', ...body })
    expect(made.status).toBe(201)
    return `/brain/sources/${textAt(made.json, 'source.id')}`
  }

  test('indexes files by itself; then search finds them', async () => {
    const source = await create()
    const uploaded = await sandbox.post(
      `${source}/files`,
      files(['zipper.md', 'How to fix a zipper'], ['run.exe', 'MZ']),
    )
    expect([uploaded.status, at(uploaded.json, 'rejected.0.file_name')]).toEqual([201, 'run.exe'])
    expect(at(uploaded.json, 'files.0')).toMatchObject({
      file_name: 'zipper.md',
      status: 'indexing',
      size_bytes: 19,
    })
    expect(await titles('zipper')).toEqual([])
    sandbox.advanceClock(5)
    expect(await titles('zipper')).toEqual(['zipper.md'])
    expect(at((await sandbox.get(`${source}/files`)).json, 'files.0.status')).toBe('indexed')
    const id = textAt(uploaded.json, 'files.0.id')
    expect((await sandbox.call('DELETE', `${source}/files/${id}`)).json).toEqual({ deleted: true })
    expect(await titles('zipper')).toEqual([])
    expect((await sandbox.call('DELETE', `${source}/files/${id}`)).status).toBe(404)
  })

  test('a draft is estimated, and indexed after it was approved', async () => {
    const source = await create({ require_approval: true })
    expect(at((await sandbox.get(`${source}/estimate`)).json, 'estimate')).toBeNull()
    await sandbox.post(`${source}/files`, files(['a.txt', 'x'.repeat(80_000)]))
    expect(at((await sandbox.get(`${source}/estimate`)).json, 'estimate')).toMatchObject({
      estimated_tokens: 20_000,
      estimated_credits: 2,
      document_count: 1,
    })
    sandbox.advanceClock(60)
    expect(at((await sandbox.get(`${source}/files`)).json, 'files.0.status')).toBe('uploaded')
    expect(at((await sandbox.post(`${source}/approve`)).json, 'source.status')).toBe('active')
    sandbox.advanceClock(60)
    expect(at((await sandbox.get(`${source}/files`)).json, 'files.0.status')).toBe('indexed')
    expect(failure(await sandbox.post(`${source}/approve`))).toEqual([409, 'source_not_draft'])
  })

  test('is deleted with its files, and from the agents that read it', async () => {
    const source = await create()
    const id = source.split('/').at(-1)
    await sandbox.call('PUT', `/agents/agt_research_desk/knowledge-sources/${id}`, { config: null })
    expect((await sandbox.call('DELETE', source)).json).toEqual({ deleted: true })
    expect((await sandbox.get(source)).status).toBe(404)
    expect(
      at((await sandbox.get('/agents/agt_research_desk/knowledge-sources')).json, 'knowledge_sources'),
    ).toEqual([])
  })

  test('other types, scopes that do not fit and bad uploads are refused', async () => {
    const post = async (body: unknown) => failure(await sandbox.post('/brain/sources', body))
    expect(await post({ name: 'N', source_type: 'notion' })).toEqual([400, 'source_type_not_supported'])
    expect(await post({ name: 'N', scope: 'team' })).toEqual([400, 'invalid_request'])
    expect(await post({ name: ' ' })).toEqual([400, 'invalid_request'])
    const source = await create()
    const many = files(...Array.from({ length: 26 }, (_, i): [string, string] => [`${i}.txt`, 'x']))
    const uploads = [new FormData(), many, files(['empty.txt', ''])]
    for (const form of uploads) {
      expect(failure(await sandbox.post(`${source}/files`, form))).toEqual([400, 'no_files_accepted'])
    }
  })
})

test('lists sources by scope and team; a guest sees those of the organization and may not change them', async () => {
  const ids = async (query: string, headers = {}) =>
    listAt((await sandbox.call('GET', `/brain/sources${query}`, undefined, headers)).json, 'sources').map(s =>
      at(s, 'id'),
    )
  const ana = { 'x-auth-key': 'user_ana' }
  expect(await ids('')).toEqual(['brn_handbook', 'brn_policies'])
  expect(await ids('?scope=team')).toEqual(['brn_policies'])
  expect(await ids('?source_type=notion')).toEqual(['brn_handbook'])
  expect(await ids('?team_id=team_finance')).toEqual(['brn_handbook'])
  expect(await ids('', ana)).toEqual(['brn_handbook'])
  expect(failure(await sandbox.call('POST', `${BOOK}/sync`, {}, ana))).toEqual([
    403,
    'insufficient_permissions',
  ])
})
