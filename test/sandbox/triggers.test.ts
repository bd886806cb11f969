import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const AUDIT = '/agents/agt_security_audit'
const WEEK_S = 7 * 86_400
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code'), at(reply.json, 'error.param')]

async function create(body: Record<string, unknown>, agent = AUDIT): Promise<string> {
  const reply = await sandbox.post(`${agent}/triggers`, { prompt: 'Audit', ...body })
  expect(reply.status).toBe(201)
  return `${agent}/triggers/${textAt(reply.json, 'trigger.id')}`
}

const runsOf = async (trigger: string, query = '') =>
  listAt((await sandbox.get(`${trigger}/runs${query}`)).json, 'items')

describe('a schedule', () => {
  // The clock starts on a Sunday at 15:00 UTC.
  const MONDAYS = { type: 'schedule', cron_expression: '0 9 * * 1', timezone: 'Europe/Berlin' }

  test('starts the agent at its time, with its prompt, and says what it cost', async () => {
    const trigger = await create({ ...MONDAYS, name: 'Weekly audit' })
    sandbox.advanceClock(16 * 3_600)
    expect(await runsOf(trigger)).toEqual([])
    sandbox.advanceClock(3_660)
    const [run] = await runsOf(trigger)
    expect(run).toMatchObject({ state: 'COMPLETED', created_ts: '2026-11-23T08:00:00Z', credit_cost: 14 })
    const session = await sandbox.get(`/sessions/${textAt(run, 'interaction_id')}`)
    expect([at(session.json, 'session.messages.0.content'), at(session.json, 'session.type')]).toEqual([
      'Audit',
      'trigger',
    ])
    sandbox.advanceClock(2 * WEEK_S)
    expect(await runsOf(trigger)).toHaveLength(3)
    expect((await sandbox.get(`${trigger}/stats`)).json).toEqual({
      run_count: 3,
      last_run_ts: '2026-12-07T08:00:00Z',
      run_credits: 42,
      poll_credits: 0,
      total_credits: 42,
    })
    const own = await sandbox.get(`${AUDIT}/sessions?trigger_id=${trigger.split('/').at(-1)}`)
    expect(listAt(own.json, 'sessions')).toHaveLength(3)
  })

  test('does not run while it is paused, nor make up for it', async () => {
    const trigger = await create(MONDAYS)
    await sandbox.call('PATCH', trigger, { enabled: false })
    expect(at((await sandbox.get(trigger)).json, 'trigger.status')).toBe('paused')
    sandbox.advanceClock(WEEK_S)
    await sandbox.call('PATCH', trigger, { enabled: true })
    expect(await runsOf(trigger)).toEqual([])
    sandbox.advanceClock(WEEK_S)
    expect(await runsOf(trigger)).toHaveLength(1)
  })

  test('runs once at a time, which is read in its zone', async () => {
    const trigger = await create({
      type: 'schedule',
      run_at: '2026-11-22T18:30:00',
      timezone: 'Europe/Berlin',
    })
    expect(at((await sandbox.get(trigger)).json, 'trigger')).toMatchObject({
      run_at: '2026-11-22T17:30:00Z',
      max_failures: 1,
      status: 'active',
    })
    sandbox.advanceClock(WEEK_S)
    expect(await runsOf(trigger)).toHaveLength(1)
    expect(at((await sandbox.get(trigger)).json, 'trigger')).toMatchObject({
      enabled: false,
      status: 'completed',
    })
  })

  test('switches itself off after three failures in a row', async () => {
    const trigger = await create(
      { type: 'schedule', cron_expression: '0 * * * *' },
      '/agents/agt_broken_pipeline',
    )
    sandbox.advanceClock(10 * 3_600)
    const runs = await runsOf(trigger)
    expect(runs.map(run => at(run, 'state'))).toEqual(['FAILED', 'FAILED', 'FAILED'])
    expect(at((await sandbox.get(trigger)).json, 'trigger.enabled')).toBe(false)
  })

  test('is changed in parts', async () => {
    const trigger = await create(MONDAYS)
    const changed = await sandbox.call('PATCH', trigger, {
      cron_expression: '0 7 * * 2',
      prompt: 'Audit all',
    })
    expect(at(changed.json, 'trigger')).toMatchObject({
      cron_expression: '0 7 * * 2',
      timezone: 'Europe/Berlin',
      prompt: 'Audit all',
      webhook_url: null,
    })
  })

  test('an agent that is deleted is no longer started', async () => {
    const trigger = await create(MONDAYS)
    expect((await sandbox.call('DELETE', AUDIT)).json).toEqual({
      agent_id: 'agt_security_audit',
      deleted: true,
    })
    sandbox.advanceClock(WEEK_S)
    expect((await sandbox.get(trigger)).status).toBe(404)
    expect(sandbox.state.sessions).toEqual([])
    expect(failure(await sandbox.get(AUDIT))).toEqual([404, 'not_found', null])
  })

  test('runs of a long time without requests are limited', async () => {
    const trigger = await create({ type: 'schedule', cron_expression: '* * * * *' })
    sandbox.advanceClock(30 * 86_400)
    expect(at((await sandbox.get(`${trigger}/stats`)).json, 'run_count')).toBe(500)
    expect(sandbox.state.triggers.at(-1)?.runs).toHaveLength(200)
    expect(at((await sandbox.get(`${trigger}/stats`)).json, 'run_credits')).toBe(7_000)
  })
})

describe('a webhook', () => {
  const DATA = '{"ticket":"Wheel broken"}'

  test('starts the agent, with its prompt or with what was posted', async () => {
    const made = await sandbox.post(`${AUDIT}/triggers`, { type: 'webhook', prompt: 'Audit' })
    const url = textAt(made.json, 'trigger.webhook_url')
    expect(url).toContain(`${sandbox.url}/webhooks/trg_`)
    const first = await fetch(url, { method: 'POST', body: DATA })
    expect(first.status).toBe(202)
    const trigger = `${AUDIT}/triggers/${textAt(made.json, 'trigger.id')}`
    await sandbox.call('PATCH', trigger, { pass_raw_data: true })
    await fetch(url, { method: 'POST', body: DATA })
    const sessions = sandbox.state.sessions.map(session => session.turns[0]?.input)
    expect(sessions).toEqual(['Audit', DATA])
    expect(await first.json()).toMatchObject({ interaction_id: sandbox.state.sessions[0]?.id })
    expect(await runsOf(trigger)).toHaveLength(2)
  })

  test('its address is revealed by one operation only, and is never in the request log', async () => {
    const trigger = `${AUDIT}/triggers/trg_audit_on_request`
    const revealed = await sandbox.get(`${trigger}/webhook-url`)
    const url = textAt(revealed.json, 'webhook_url')
    const secret = url.split('/').at(-1) ?? ''
    expect(secret).toHaveLength(32)
    expect((await fetch(url, { method: 'POST' })).status).toBe(202)
    const texts = await Promise.all([trigger, `${AUDIT}/triggers`, AUDIT].map(path => sandbox.get(path)))
    for (const { text } of texts) expect(text).not.toContain(secret)
    expect(JSON.stringify(sandbox.requests)).not.toContain(secret)
    expect(sandbox.requests.map(entry => entry.path)).toContain('/webhooks/trg_audit_on_request/…')
  })

  test('a wrong secret and an unknown trigger are not found; a paused one is refused', async () => {
    const trigger = `${AUDIT}/triggers/trg_audit_on_request`
    const url = textAt((await sandbox.get(`${trigger}/webhook-url`)).json, 'webhook_url')
    const post = async (address: string) => (await fetch(address, { method: 'POST' })).status
    expect([
      await post(`${url}x`),
      await post(url.replace('trg_', 'trg_x')),
      (await fetch(url)).status,
    ]).toEqual([404, 404, 405])
    await sandbox.call('PATCH', trigger, { enabled: false })
    expect(await post(url)).toBe(409)
    expect(sandbox.state.sessions).toEqual([])
  })
})

describe('an app event', () => {
  const SETUP = {
    operator_name: 'Slack Message Reader',
    parameters: { Channel: '#repairs' },
    credentials_to_use: { slack_access_token: { secret_id: 'acct_slack_noor' } },
  }

  test('is paused at first, costs credits while it is asked for, and starts the agent when it happens', async () => {
    const trigger = await create({ type: 'integration', integration: SETUP })
    expect(at((await sandbox.get(trigger)).json, 'trigger')).toMatchObject({
      enabled: false,
      integration: { operator_name: 'Slack Message Reader', operator_version: '2' },
    })
    expect((await sandbox.get(trigger)).text).not.toContain('acct_slack_noor')
    const id = trigger.split('/').at(-1)
    const event = () =>
      fetch(`${sandbox.url}/__sandbox/app-events`, {
        method: 'POST',
        body: JSON.stringify({ trigger_id: id }),
      })
    expect((await event()).status).toBe(409)
    await sandbox.call('PATCH', trigger, { enabled: true })
    sandbox.advanceClock(2 * 86_400)
    expect((await event()).status).toBe(202)
    expect((await sandbox.get(`${trigger}/stats`)).json).toMatchObject({ run_count: 1, poll_credits: 2 })
  })

  test('a new setup of an active trigger wants enabled, and its creator', async () => {
    const trigger = await create({ type: 'integration', integration: SETUP, enabled: true })
    const change = { integration: { ...SETUP, parameters: { Channel: '#general' } } }
    expect(failure(await sandbox.call('PATCH', trigger, change))).toEqual([400, 'invalid_request', 'enabled'])
    const other = { 'x-auth-key': 'user_other' }
    const byOther = await sandbox.call('PATCH', trigger, { ...change, enabled: true }, other)
    expect(failure(byOther)).toEqual([400, 'invalid_request', 'integration'])
    const changed = await sandbox.call('PATCH', trigger, { ...change, enabled: false })
    expect(at(changed.json, 'trigger.integration.parameters')).toEqual({ Channel: '#general' })
  })

  test('the operators say what they need', async () => {
    const operators = listAt((await sandbox.get(`${AUDIT}/trigger-operators`)).json, 'operators')
    expect(operators.map(operator => at(operator, 'name'))).toEqual([
      'Slack Message Reader',
      'AWS Bucket Watcher',
    ])
    expect(at(operators[0], 'parameters.0')).toMatchObject({ name: 'Channel', required: true })
  })
})

test.each([
  ['no time', { type: 'schedule' }, 'cron_expression'],
  ['both times', { type: 'schedule', cron_expression: '* * * * *', run_at: '2027-01-01' }, 'run_at'],
  ['a bad expression', { type: 'schedule', cron_expression: 'daily' }, 'cron_expression'],
  ['the past', { type: 'schedule', run_at: '2026-11-01T09:00:00' }, 'run_at'],
  ['no time at all', { type: 'schedule', run_at: 'tomorrow' }, 'run_at'],
  ['a day that does not exist', { type: 'schedule', run_at: '2027-02-30' }, 'run_at'],
  ['an unknown zone', { type: 'schedule', cron_expression: '* * * * *', timezone: 'Mars' }, 'timezone'],
  ['a webhook with a time', { type: 'webhook', cron_expression: '* * * * *' }, 'cron_expression'],
  [
    'a schedule with raw data',
    { type: 'schedule', cron_expression: '* * * * *', pass_raw_data: true },
    'pass_raw_data',
  ],
  ['a blank prompt', { type: 'webhook', prompt: ' ' }, 'prompt'],
  ['too many failures', { type: 'webhook', max_failures: 1_000 }, 'max_failures'],
  [
    'an unknown event',
    { type: 'integration', integration: { operator_name: 'Fax' } },
    'integration.operator_name',
  ],
  [
    'a missing parameter',
    { type: 'integration', integration: { operator_name: 'AWS Bucket Watcher' } },
    'integration.parameters.Bucket',
  ],
])('refuses a trigger with %s', async (_name, body, param) => {
  const reply = await sandbox.post(`${AUDIT}/triggers`, { prompt: 'Audit', ...body })
  expect(failure(reply)).toEqual([400, 'invalid_request', param])
})

test('a team key cannot create triggers or delete agents; a built-in agent cannot be deleted', async () => {
  const team = { authorization: 'Bearer team-key', 'x-auth-key': '' }
  const body = { type: 'webhook', prompt: 'x' }
  expect(failure(await sandbox.call('POST', `${AUDIT}/triggers`, body, team))[1]).toBe('insufficient_scope')
  expect(failure(await sandbox.call('DELETE', AUDIT, undefined, team))[0]).toBe(403)
  expect(failure(await sandbox.call('DELETE', '/agents/gumball'))).toEqual([403, 'permission_denied', null])
})

test('lists, pages and deletes', async () => {
  const triage = '/agents/agt_support_triage/triggers'
  const first = await sandbox.get(`${triage}?page_size=1`)
  const next = await sandbox.get(`${triage}?page_size=1&cursor=${textAt(first.json, 'next_cursor')}`)
  expect([at(first.json, 'triggers.0.id'), at(next.json, 'triggers.0.id')]).toEqual([
    'trg_ticket_arrives',
    'trg_support_channel',
  ])
  expect(failure(await sandbox.get(`${triage}/trg_support_channel/webhook-url`))).toEqual([
    400,
    'invalid_request',
    'trigger_id',
  ])
  const deleted = await sandbox.call('DELETE', `${triage}/trg_ticket_arrives`)
  expect(at(deleted.json, 'deleted')).toBe(true)
  expect(at((await sandbox.get('/agents/agt_support_triage')).json, 'agent.active_trigger_count')).toBe(1)
  expect((await sandbox.get(`${triage}/trg_ticket_arrives`)).status).toBe(404)
})
