import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

/** All pages of a listing, mapped by `each`. */
async function pages(path: string, list: string, name: string): Promise<unknown[][]> {
  const out: unknown[][] = []
  for (let cursor: unknown = ''; cursor !== null; ) {
    const { json } = await sandbox.get(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    out.push(listAt(json, list).map(entry => at(entry, name)))
    cursor = at(json, 'next_cursor')
  }
  return out
}

test('returns all agents at once, and pages on request', async () => {
  const whole = await sandbox.get('/agents')
  expect([listAt(whole.json, 'agents').length, at(whole.json, 'next_cursor')]).toEqual([5, undefined])
  expect(await pages('/agents?page_size=2&sort_order=name_asc', 'agents', 'name')).toEqual([
    ['Broken pipeline', 'Expense approver'],
    ['Research Desk', 'Security Audit Agent'],
    ['Support Triage'],
  ])
})

test('sessions, artifacts and skills have pages of twenty by default', async () => {
  for (let i = 0; i < 23; i += 1) {
    await sandbox.post('/agents/agt_support_triage/sessions', { input: 'Sort', name: `Session ${i}` })
  }
  sandbox.advanceClock(10)
  const sessions = await pages('/agents/agt_support_triage/sessions?x=1', 'sessions', 'name')
  expect(sessions.map(page => [page.length, page[0]])).toEqual([
    [20, 'Session 22'],
    [3, 'Session 2'],
  ])
  const artifacts = await pages('/agents/agt_support_triage/artifacts?page_size=8', 'artifacts', 'filename')
  expect(artifacts.map(page => page.length)).toEqual([8, 8, 7])
  expect(await pages('/skills?page_size=2', 'skills', 'name')).toEqual([
    ['cloud-hardening', 'ticket-triage'],
    ['house-style'],
  ])
})

test('an entry added between two pages shifts nothing', async () => {
  for (const name of ['a', 'b', 'c']) await sandbox.post('/agents/gumball/sessions', { name })
  const first = await sandbox.get('/agents/gumball/sessions?page_size=2')
  await sandbox.post('/agents/gumball/sessions', { name: 'd' })
  const second = await sandbox.get(
    `/agents/gumball/sessions?page_size=2&cursor=${textAt(first.json, 'next_cursor')}`,
  )
  expect(listAt(second.json, 'sessions').map(session => at(session, 'name'))).toEqual(['a'])
})

test('rejects page sizes out of range and cursors of other listings', async () => {
  const code = async (path: string) => {
    const reply = await sandbox.get(path)
    return [reply.status, at(reply.json, 'error.code')]
  }
  const { json } = await sandbox.get('/agents?page_size=1')
  const cursor = textAt(json, 'next_cursor')
  expect(await code('/agents?page_size=0')).toEqual([400, 'invalid_page_size'])
  expect(await code('/agents?page_size=101')).toEqual([400, 'invalid_page_size'])
  expect(await code('/skills?page_size=many')).toEqual([400, 'invalid_page_size'])
  expect(await code('/agents?cursor=nonsense')).toEqual([400, 'invalid_cursor'])
  expect(await code(`/skills?cursor=${cursor}`)).toEqual([400, 'invalid_cursor'])
  expect(await code(`/agents?sort_order=oldest&cursor=${cursor}`)).toEqual([400, 'invalid_cursor'])
  expect(await code('/agents?sort_order=loudest')).toEqual([400, 'invalid_sort'])
  expect(await code('/agents/gumball/artifacts?sort_order=loudest')).toEqual([400, 'invalid_sort'])
})
