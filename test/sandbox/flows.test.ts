import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt, USER } from './conforming-client.ts'
import { parseCsv } from './csv-reader.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const start = (flow: string, inputs = {}) =>
  sandbox.post('/start_pipeline', { saved_item_id: flow, user_id: USER, ...inputs })
const startId = async (flow: string, inputs = {}) => textAt((await start(flow, inputs)).json, 'run_id')
const run = async (id: string) => (await sandbox.get(`/get_pl_run?run_id=${id}&user_id=${USER}`)).json
const CAMPAIGN = { campaign_name: 'Summer Promo', channel: 'Email' }

test('lists flows in workbooks; a webhook flow declares no inputs', async () => {
  const workbooks = await sandbox.get(`/list_workbooks?project_id=team_harbor`)
  expect(
    listAt(workbooks.json, 'workbooks').map(w => [at(w, 'name'), listAt(w, 'saved_items').length]),
  ).toEqual([
    ['Marketing', 3],
    ['Operations', 3],
  ])
  const inputs = await sandbox.get(`/get_inputs?saved_item_id=flow_lead_intake&user_id=${USER}`)
  expect(inputs.json).toEqual({ inputs: [] })
  const id = await startId('flow_lead_intake', { email: 'a@example.com', size: 3 })
  sandbox.advanceClock(2)
  expect(at(await run(id), 'outputs.received')).toEqual({ email: 'a@example.com', size: 3 })
})

test('runs fail for a missing input, a missing file and an unreachable service, and log the reason', async () => {
  const ids = [
    await startId('flow_q3_campaign', { channel: 'Email' }),
    await startId('flow_invoice_reader', { invoice: 'nowhere.pdf', currency: 'EUR' }),
    await startId('flow_ledger_export', { month: '2026-10' }),
  ]
  sandbox.advanceClock(5)
  const ends = await Promise.all(ids.map(run))
  expect(ends.map(end => [at(end, 'state'), at(end, 'outputs')])).toEqual([
    ['FAILED', {}],
    ['FAILED', {}],
    ['FAILED', {}],
  ])
  expect(ends.map(end => String(listAt(end, 'log').at(-1)).replace(/^.*FAILED /, ''))).toEqual([
    'Input campaign_name is empty\u001b[0m',
    'Input invoice: no uploaded file has the name "nowhere.pdf"\u001b[0m',
    'Log in to the ledger: ledger.example answered 503 three times\u001b[0m',
  ])
})

test('the log grows with the run and contains color codes', async () => {
  const id = await startId('flow_warehouse_count', { warehouse: 'Lyon, take 100 seconds' })
  const lengths: number[] = []
  for (let i = 0; i < 4; i += 1) {
    lengths.push(listAt(await run(id), 'log').length)
    sandbox.advanceClock(40)
  }
  expect(lengths).toEqual([1, 4, 6, 8])
  expect(listAt(await run(id), 'log')[0]).toBe(
    `[2026-11-22T15:00:00Z] \u001b[36mRun ${id} of "Warehouse Reconciliation" accepted\u001b[0m`,
  )
})

test('stops a running run (TERMINATING, then TERMINATED) but not a finished one', async () => {
  const id = await startId('flow_warehouse_count', { warehouse: 'Lyon' })
  sandbox.advanceClock(60)
  const kill = () => sandbox.post('/kill_pipeline', { run_id: id, user_id: USER })
  expect((await kill()).json).toEqual({ success: true, run_id: id })
  const stopping = await run(id)
  sandbox.advanceClock(1)
  const stopped = await run(id)
  expect([at(stopping, 'state'), at(stopped, 'state')]).toEqual(['TERMINATING', 'TERMINATED'])
  expect([at(stopping, 'finished_ts'), at(stopped, 'finished_ts')]).toEqual([
    undefined,
    '2026-11-22T15:01:01Z',
  ])
  expect((await kill()).json).toEqual({ success: false, run_id: id })
})

test('a start that returns an empty 204 still adds a run to the history', async () => {
  const started = await start('flow_crm_ping', { account: 'Aldermoor' })
  expect([started.status, started.text]).toEqual([204, ''])
  sandbox.advanceClock(2)
  const history = await sandbox.get(`/get_plrun_saved_item_map?saved_item_id=flow_crm_ping&user_id=${USER}`)
  const [entry] = listAt(history.json, 'flow_crm_ping')
  expect([at(entry, 'state'), at(entry, 'outputs'), at(entry, 'credit_cost')]).toEqual([
    'DONE',
    { pinged: 'Aldermoor' },
    1,
  ])
})

test('the history lists the ten latest runs of each flow, newest first', async () => {
  for (let i = 0; i < 12; i += 1) {
    await start('flow_q3_campaign', { ...CAMPAIGN, campaign_name: `Promo ${i}` })
    sandbox.advanceClock(60)
  }
  const history = await sandbox.get(`/get_plrun_saved_item_map?workbook_id=wb_marketing&user_id=${USER}`)
  const runs = listAt(history.json, 'flow_q3_campaign')
  expect(runs).toHaveLength(10)
  expect(at(runs[0], 'created_ts')).toBe('2026-11-22T15:11:00Z')
  expect(at(history.json, 'flow_lead_intake')).toEqual([])
})

test('accepts pipeline_inputs of older clients', async () => {
  const pipeline_inputs = [
    { input_name: 'campaign_name', value: 'Autumn' },
    { input_name: 'channel', value: 'SMS' },
  ]
  const id = await startId('flow_q3_campaign', { pipeline_inputs })
  sandbox.advanceClock(5)
  expect(at(await run(id), 'outputs.summary')).toContain('"Autumn" is planned on SMS')
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('passes an uploaded file to a file input and downloads what the run produced', async () => {
  const file = { file_name: 'inbox/invoice.pdf', file_content: base64('%PDF'), user_id: USER }
  expect((await sandbox.post('/upload_file', file)).json).toEqual({ success: true, file_name: 'invoice.pdf' })
  const reader = await startId('flow_invoice_reader', { invoice: 'invoice.pdf', currency: 'EUR' })
  const campaign = await startId('flow_q3_campaign', CAMPAIGN)
  sandbox.advanceClock(5)
  expect(at(await run(reader), 'outputs.total')).toBe('1,284.50')
  const made = await sandbox.post('/download_file', {
    file_name: 'summer-promo-recipients.csv',
    run_id: campaign,
    saved_item_id: 'flow_q3_campaign',
    user_id: USER,
  })
  expect([made.headers.get('content-type'), parseCsv(made.text)[3]?.[0]]).toEqual([
    'text/csv',
    'Families, two bags or more',
  ])
})

test('downloads several files as one zip', async () => {
  const files = [
    { file_name: 'one.txt', file_content: base64('first') },
    { file_name: 'zwei.txt', file_content: base64('ä'.repeat(500)) },
  ]
  await sandbox.post('/upload_files', { files, user_id: USER })
  const run_id = await startId('flow_lead_intake')
  const zip = await sandbox.post('/download_files', {
    file_names: ['one.txt', 'zwei.txt'],
    run_id,
    user_id: USER,
  })
  expect([zip.status, zip.headers.get('content-type')]).toEqual([200, 'application/zip'])
  const nameAt = 30 // length of a local file header
  expect([zip.bytes.readUInt32LE(0), zip.bytes.readUInt32LE(14), zip.bytes.readUInt32LE(22)]).toEqual([
    0x04034b50,
    crc32('first'),
    5,
  ])
  expect(zip.bytes.toString('utf8', nameAt, nameAt + 12)).toBe('one.txtfirst')
  expect(zip.bytes.includes(Buffer.from('ä'.repeat(500)))).toBe(true)
})

test('partially failed uploads list the failed files', async () => {
  const good = { file_name: 'a.txt', file_content: base64('a') }
  const bad = { file_name: 'b.txt', file_content: 'not base64!' }
  const mixed = await sandbox.post('/upload_files', { files: [good, bad], user_id: USER })
  expect([mixed.status, mixed.json]).toEqual([
    207,
    { partial_success: true, uploaded_files: ['a.txt'], failed_files: ['b.txt'] },
  ])
  const none = await sandbox.post('/upload_files', { files: [bad], user_id: USER })
  expect([none.status, none.text]).toEqual([500, 'None of the files could be stored: b.txt.'])
})
