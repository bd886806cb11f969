import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt, USER } from './conforming-client.ts'
import { parseCsv } from './csv-reader.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

test('audit: finds the agent, starts it, polls the run, reads its findings as CSV', async () => {
  const found = await sandbox.get('/agents?search=security%20audit')
  const agentId = textAt(found.json, 'agents.0.id')
  const started = await sandbox.post(`/agents/${agentId}/sessions`, { input: 'Audit the staging accounts' })
  const sessionId = textAt(started.json, 'session.id')
  expect([started.status, at(started.json, 'session.state'), at(started.json, 'queue_position')]).toEqual([
    202,
    'queued',
    1,
  ])

  const states: unknown[] = []
  for (let second = 0; second <= 6; second += 1) {
    states.push(at((await sandbox.get(`/sessions/${sessionId}`)).json, 'session.state'))
    sandbox.advanceClock(1)
  }
  expect(states).toEqual([
    'queued',
    'processing',
    'processing',
    'processing',
    'processing',
    'completed',
    'completed',
  ])

  const artifacts = await sandbox.get(
    `/agents/${agentId}/artifacts?session_id=${sessionId}&search_query=.CSV`,
  )
  expect(listAt(artifacts.json, 'artifacts')).toHaveLength(1)
  const link = await sandbox.get(`/artifacts/${textAt(artifacts.json, 'artifacts.0.id')}/download`)
  const file = await fetch(textAt(link.json, 'download_url'))
  const rows = parseCsv(await file.text())
  expect([file.status, file.headers.get('content-type'), rows[0]]).toEqual([
    200,
    'text/csv',
    ['id', 'severity', 'area', 'resource', 'finding', 'recommendation'],
  ])
  expect(rows.length).toBeGreaterThan(6)
  expect(rows.every(row => row.length === 6)).toBe(true)
})

test('campaign: finds the flow, reads its inputs, runs it, reads its outputs', async () => {
  const flows = await sandbox.get(`/list_saved_items?user_id=${USER}`)
  const flow = listAt(flows.json, 'saved_items').find(item => at(item, 'name') === 'Q3 Campaign Distributor')
  const id = textAt(flow, 'saved_item_id')
  const inputs = await sandbox.get(`/get_inputs?saved_item_id=${id}&user_id=${USER}`)
  expect(listAt(inputs.json, 'inputs').map(input => [at(input, 'name'), at(input, 'data_type')])).toEqual([
    ['campaign_name', 'string'],
    ['channel', 'string'],
  ])

  const start = { saved_item_id: id, user_id: USER, campaign_name: 'Summer Promo', channel: 'Email' }
  const started = await sandbox.post('/start_pipeline', start)
  const runPath = `/get_pl_run?run_id=${textAt(started.json, 'run_id')}&user_id=${USER}`
  const states: unknown[] = []
  for (let second = 0; second <= 3; second += 1) {
    states.push(at((await sandbox.get(runPath)).json, 'state'))
    sandbox.advanceClock(1)
  }
  expect(states).toEqual(['QUEUED', 'RUNNING', 'RUNNING', 'DONE'])
  const done = (await sandbox.get(runPath)).json
  expect(at(done, 'outputs')).toEqual({
    summary:
      '"Summer Promo" is planned on Email: 4,015 recipients in 3 segments, first send on 1 July at 07:00 UTC.',
    recipients: 4015,
    recipients_file: 'summer-promo-recipients.csv',
  })
  expect(listAt(done, 'log').at(-1)).toBe('[2026-11-22T15:00:03Z] \u001b[32mDONE\u001b[0m')
})
