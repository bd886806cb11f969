import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt, USER } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const start = async (agent: string, input: string, more = {}) =>
  textAt((await sandbox.post(`/agents/${agent}/sessions`, { input, ...more })).json, 'session.id')
const session = async (id: string) => (await sandbox.get(`/sessions/${id}`)).json
const state = async (id: string) => at(await session(id), 'session.state')
const codeOf = (reply: { status: number; json: unknown }) => [reply.status, at(reply.json, 'error.code')]

test('a session without an input is idle until its first message', async () => {
  const idle = await sandbox.post('/agents/agt_research_desk/sessions', {
    name: '  Bags  ',
    metadata: { from: 'test' },
  })
  expect([idle.status, at(idle.json, 'session.state'), at(idle.json, 'session.name')]).toEqual([
    201,
    'idle',
    'Bags',
  ])
  const id = textAt(idle.json, 'session.id')
  expect(at(await session(id), 'session.usage.credit_cost')).toBeNull()
  const sent = await sandbox.post(`/sessions/${id}/messages`, { message: 'What sells?' })
  expect([sent.status, at(sent.json, 'session.state')]).toEqual([202, 'queued'])
  sandbox.advanceClock(10)
  const done = await session(id)
  expect([at(done, 'session.state'), at(done, 'session.usage.credit_cost')]).toEqual(['completed', 9])
})

test('the final text is in parts for one agent, in content for another', async () => {
  const audit = await start('agt_security_audit', 'Audit staging')
  const triage = await start('agt_support_triage', 'Sort the inbox')
  sandbox.advanceClock(6)
  const inParts = at(await session(audit), 'session.messages.1')
  const inContent = at(await session(triage), 'session.messages.1')
  expect(at(inParts, 'content')).toBeNull()
  expect(listAt(inParts, 'parts').map(part => at(part, 'type'))).toEqual([
    'tool_invocation',
    'tool_invocation',
    'text',
  ])
  expect(textAt(inContent, 'content')).toMatch(/^Sorted \d tickets:/)
  expect(at(inContent, 'parts')).toBeNull()
})

test('the input can set the duration of the run', async () => {
  const long = await start('agt_security_audit', 'Audit everything, take 3 minutes')
  const longer = await start('agt_research_desk', 'This may take about 1.5 hours.')
  sandbox.advanceClock(179)
  expect(await state(long)).toBe('processing')
  sandbox.advanceClock(1)
  expect([await state(long), await state(longer)]).toEqual(['completed', 'processing'])
  sandbox.advanceClock(5_400 - 180)
  expect(await state(longer)).toBe('completed')
})

test('rejects a message to a running session; starts a new run in a finished one', async () => {
  const id = await start('agt_support_triage', 'Sort the inbox')
  const tooEarly = await sandbox.post(`/sessions/${id}/messages`, { input: 'And now?' })
  expect(codeOf(tooEarly)).toEqual([409, 'interaction_not_in_terminal_state'])
  sandbox.advanceClock(4)
  expect((await sandbox.post(`/sessions/${id}/messages`, { input: 'Again' })).status).toBe(202)
  expect(await state(id)).toBe('queued')
  sandbox.advanceClock(4)
  const done = await session(id)
  expect(listAt(done, 'session.messages').map(message => at(message, 'role'))).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
  ])
  expect(at(done, 'session.usage.credit_cost')).toBe(8)
})

test('accepts a chosen session ID once', async () => {
  const body = { input: 'Audit', session_id: 'ses_mine' }
  const first = await sandbox.post('/agents/agt_security_audit/sessions', body)
  const second = await sandbox.post('/agents/agt_security_audit/sessions', body)
  expect([first.status, at(first.json, 'session.id')]).toEqual([202, 'ses_mine'])
  expect(codeOf(second)).toEqual([409, 'session_already_exists'])
})

test('canceling fails a running run and does not change a finished one', async () => {
  const running = await start('agt_security_audit', 'Audit')
  const finished = await start('agt_support_triage', 'Sort')
  sandbox.advanceClock(4)
  const cancelled = await sandbox.post(`/sessions/${running}/cancel`)
  const untouched = await sandbox.post(`/sessions/${finished}/cancel`)
  expect([at(cancelled.json, 'session.state'), at(untouched.json, 'session.state')]).toEqual([
    'failed',
    'completed',
  ])
  expect(at(await session(running), 'session.messages.1.parts')).toEqual([
    { type: 'error', error: 'The run was cancelled.' },
  ])
  const artifacts = await sandbox.get(`/agents/agt_security_audit/artifacts?session_id=${running}`)
  expect(at(artifacts.json, 'artifacts')).toEqual([])
})

test('the failing agent names the failed step', async () => {
  const id = await start('agt_broken_pipeline', 'Book the invoices')
  sandbox.advanceClock(5)
  const failed = await session(id)
  expect(at(failed, 'session.state')).toBe('failed')
  expect(listAt(failed, 'session.messages.1.parts').at(-1)).toEqual({
    type: 'error',
    error: 'Step 3 "Fetch invoices" failed: ledger.example answered 503 three times. Nothing was booked.',
  })
})

test('renames, lists, searches and filters sessions', async () => {
  const id = await start('agt_support_triage', 'Sort the inbox of Lisbon')
  await start('agt_support_triage', 'Sort the rest, take 5 minutes')
  const renamed = await sandbox.call('PATCH', `/sessions/${id}`, { name: 'Lisbon' })
  expect(at(renamed.json, 'session.name')).toBe('Lisbon')
  sandbox.advanceClock(10)
  const list = async (query: string) => {
    const reply = await sandbox.get(`/agents/agt_support_triage/sessions?${query}`)
    return listAt(reply.json, 'sessions').map(row => [at(row, 'name'), at(row, 'state'), at(row, 'messages')])
  }
  const all = [
    [null, 'processing', []],
    ['Lisbon', 'completed', []],
  ]
  expect(await list('')).toEqual(all)
  expect(await list('sort_order=oldest')).toEqual([...all].reverse())
  expect(await list('search_query=lisbon')).toEqual([all[1]])
  expect(await list('state=processing')).toEqual([all[0]])
  expect(await list(`creator_user_id=someone-else-than-${USER}`)).toEqual([])
})

test('attaches uploaded files; rejects files of another session', async () => {
  const mine = await start('gumball', 'Hello')
  const other = await start('gumball', 'Hello')
  sandbox.advanceClock(5)
  const file = {
    file_name: 'a/b/claims.csv',
    file_content: Buffer.from('x,y').toString('base64'),
    media_type: 'text/csv',
  }
  const stored = await sandbox.post(`/sessions/${mine}/files`, file)
  expect([stored.status, stored.json]).toEqual([
    201,
    { file_name: `sessions/${mine}/claims.csv`, media_type: 'text/csv', size: 3 },
  ])
  const attachments = [{ file_name: textAt(stored.json, 'file_name') }]
  const foreign = await sandbox.post(`/sessions/${other}/messages`, { input: 'Read', attachments })
  expect(codeOf(foreign)).toEqual([400, 'invalid_attachment'])
  expect((await sandbox.post(`/sessions/${mine}/messages`, { input: 'Read', attachments })).status).toBe(202)
  sandbox.advanceClock(5)
  const messages = listAt(await session(mine), 'session.messages')
  expect(at(messages[2], 'parts.1')).toEqual({
    type: 'file',
    file_name: `sessions/${mine}/claims.csv`,
    media_type: 'text/csv',
  })
  expect(textAt(messages[3], 'content')).toContain('I read 1 attachment.')
})

test('rejects runs beyond the limit', async () => {
  const small = await startTestSandbox({ maxConcurrentRuns: 2 })
  const run = () => small.post('/agents/agt_security_audit/sessions', { input: 'Audit' })
  expect([(await run()).status, (await run()).status]).toEqual([202, 202])
  expect(codeOf(await run())).toEqual([429, 'concurrency_limit_exceeded'])
  small.advanceClock(6)
  expect((await run()).status).toBe(202)
  await small.close()
})

test('queues runs beyond the limit, with their position', async () => {
  const large = await startTestSandbox({ maxConcurrentRuns: 1, whenFull: 'queue' })
  const run = async () => (await large.post('/agents/agt_security_audit/sessions', { input: 'Audit' })).json
  await run()
  large.advanceClock(1)
  const second = await run()
  const third = await run()
  expect([at(second, 'queue_position'), at(third, 'queue_position')]).toEqual([1, 2])
  const getSession = async () => (await large.get(`/sessions/${textAt(third, 'session.id')}`)).json
  large.advanceClock(5)
  expect([at(await getSession(), 'session.state'), at(await getSession(), 'queue_position')]).toEqual([
    'queued',
    1,
  ])
  large.advanceClock(10)
  expect([at(await getSession(), 'session.state'), at(await getSession(), 'queue_position')]).toEqual([
    'completed',
    null,
  ])
  await large.close()
})
