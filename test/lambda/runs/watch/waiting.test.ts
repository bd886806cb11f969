import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../../support/long-runs.ts'
import { call, type Json } from '../../../support/mcp-server.ts'

const AUDIT = 'agt_security_audit'
let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns()
  url = await server.connector()
})
afterAll(() => server.close())

let started = 0
/** Starts a run of that length and gives its session id. */
async function start(length: string, agent_id = AUDIT): Promise<string> {
  const input = `Audit number ${started++}, take ${length}.`
  return (await ok(url, 'create_a_gumloop_session', { agent_id, input })).session_id
}

/** Create and wait, list the artifacts, get one: what the run made can be had. */
async function auditStory(length: string): Promise<void> {
  const run = await ok(url, 'create_a_gumloop_session', {
    agent_id: AUDIT,
    input: `Audit the public buckets, take ${length}.`,
    wait_seconds: 50,
  })
  expect(run).toMatchObject({ state: 'completed', is_over: true, watched: false, pending_approvals: [] })
  expect(run.answer).toMatch(/\w+/)
  expect(run.cost).toBeGreaterThan(0)
  expect(run.next_step).toContain('get_single_gumloop_artifact_by_id')

  const { result } = await ok(url, 'list_all_gumloop_artifacts', { session_id: run.session_id })
  expect(run.artifacts).toEqual(
    result.map((artifact: Json) => ({
      id: artifact.id,
      filename: artifact.filename,
      media_type: artifact.metadata.media_type,
      size: artifact.metadata.size,
    })),
  )
  const csv = run.artifacts.find((artifact: Json) => artifact.media_type === 'text/csv')
  const link = await ok(url, 'get_single_gumloop_artifact_by_id', { artifact_id: csv.id })
  expect(await (await fetch(link.download_url)).text()).toHaveLength(csv.size)
}

describe('with the clock moved', () => {
  test('the audit story takes three calls with a run of 3 minutes', async () => {
    const reads = () => server.sandbox.requests.filter(one => one.operationId === 'retrieveSession').length
    const before = reads()
    const story = auditStory('3 minutes')
    await vi.waitUntil(() => reads() > before, { timeout: 10_000 })
    server.sandbox.advanceClock(180)
    await story
  })

  test('ends when the time is up, with the same fields and what to do next', async () => {
    const session_id = await start('1 hour')
    const early = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
    expect(early).toMatchObject({
      session_id,
      state: 'queued',
      is_over: false,
      watched: true,
      answer: null,
      artifacts: null,
    })
    expect(early.next_step).toContain(`Call wait_for_gumloop_session with session_id ${session_id}`)
    expect(early.waited_seconds).toBe(1)

    server.sandbox.advanceClock(3600)
    const late = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 10 })
    expect(late).toMatchObject({ state: 'completed', is_over: true, watched: false })
    expect(Object.keys(late)).toEqual(
      expect.arrayContaining(Object.keys(early).filter(k => k !== 'queue_position')),
    )
  })

  test('returns at once for a run that is already over, without watching it', async () => {
    const session_id = await start('2 seconds')
    server.sandbox.advanceClock(10)
    const run = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 50 })
    expect(run).toMatchObject({ is_over: true, state: 'completed', waited_seconds: 0 })
    expect(await server.unfinished()).not.toContain(session_id)
    expect(server.finished().filter(line => line.session_id === session_id)).toEqual([])
  })

  test('a message that was sent elsewhere is followed to its end', async () => {
    const session_id = await start('2 seconds')
    const waiting = ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    await server.observed(session_id)
    server.sandbox.advanceClock(3)
    const sent = await fetch(`${server.sandbox.url}/api/v1/sessions/${session_id}/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer other', 'x-auth-key': 'user-1', 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'From the side, take 3 seconds.' }),
    })
    expect(sent.status).toBe(202)
    const run = await waiting
    expect(run).toMatchObject({ state: 'completed', is_over: true })
    expect(run.waited_seconds).toBeGreaterThanOrEqual(3)
    const outcomes = server.finished().filter(line => line.session_id === session_id)
    expect(outcomes.map(line => line.outcome)).toEqual(['superseded', 'finished'])
  })

  test('twenty waiters on one run cause as many observations as one, and all get its end', {
    timeout: 30_000,
  }, async () => {
    const [one, twenty] = await Promise.all([start('1 hour'), start('1 hour')])
    const wait = (session_id: string) => ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 50 })
    const waiting = [wait(one), ...Array.from({ length: 20 }, () => wait(twenty))]
    const isPolled = (id: string) => server.observationsOf(id) >= 3
    await vi.waitUntil(() => isPolled(one) && isPolled(twenty), { timeout: 20_000 })
    server.sandbox.advanceClock(3600)
    const runs = await Promise.all(waiting)
    for (const run of runs) expect(run).toMatchObject({ state: 'completed', is_over: true })
    expect(Math.abs(server.observationsOf(twenty) - server.observationsOf(one))).toBeLessThanOrEqual(1)
  })

  test('twenty callers after the end share a few observations', async () => {
    const session_id = await start('1 second')
    server.sandbox.advanceClock(10)
    const runs = await Promise.all(
      Array.from({ length: 20 }, () => ok(url, 'wait_for_gumloop_session', { session_id })),
    )
    expect(new Set(runs.map(run => run.state))).toEqual(new Set(['completed']))
    expect(server.observationsOf(session_id)).toBeLessThanOrEqual(6)
  })
})

describe.concurrent('waiting', () => {
  test('the audit story takes three calls with a run of 5 seconds', () => auditStory('5 seconds'))

  test('an idle session has nothing to wait for', async () => {
    const { session_id } = await ok(url, 'create_a_gumloop_session', { agent_id: AUDIT })
    const run = await ok(url, 'wait_for_gumloop_session', { session_id })
    expect(run).toMatchObject({ is_over: true, state: 'idle', answer: null })
    expect(run.next_step).toContain('create_a_gumloop_session_message')
  })

  test('a run that fails says why', async () => {
    const session_id = await start('2 seconds', 'agt_broken_pipeline')
    const run = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(run).toMatchObject({ is_over: true, state: 'failed' })
    expect(run.failure).toMatch(/\w+/)
  })

  test('an approval returns at once with the questions; after the answers the wait goes on to the end', async () => {
    const session_id = await start('1 second', 'agt_expense_approver')
    const asking = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(asking).toMatchObject({ state: 'approval_required', is_over: false })
    expect(asking.pending_approvals.map((ask: Json) => ask.type)).toEqual(['tool_approval', 'human_input'])
    expect(asking.next_step).toContain('resolve_gumloop_session_approvals')

    const [pay, centre] = asking.pending_approvals.map((ask: Json) => ask.action_request_id)
    await ok(url, 'resolve_gumloop_session_approvals', {
      session_id,
      approval_responses: [
        { action_request_id: pay, action: 'accept' },
        { action_request_id: centre, action: 'accept', response: { values: { cost_centre: 'Sales' } } },
      ],
    })
    const over = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(over).toMatchObject({ state: 'completed', is_over: true, pending_approvals: [] })
  })

  test('a wait after another message never returns the previous result', async () => {
    const first = await ok(url, 'create_a_gumloop_session', {
      agent_id: AUDIT,
      input: 'First, take 2 seconds.',
      wait_seconds: 20,
    })
    const second = await ok(url, 'create_a_gumloop_session_message', {
      session_id: first.session_id,
      input: 'Second, take 3 seconds.',
      wait_seconds: 20,
    })
    expect(first).toMatchObject({ state: 'completed', is_over: true })
    expect(second).toMatchObject({ state: 'completed', is_over: true, session_id: first.session_id })
    expect(second.answer).not.toBe(first.answer)
    expect(second.waited_seconds).toBeGreaterThanOrEqual(2)
  })

  test('a flow run that fails says why', async () => {
    const run = await ok(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'flow_ledger_export',
      inputs: { month: '2026-10' },
      wait_seconds: 20,
    })
    expect(run).toMatchObject({ state: 'FAILED', is_over: true })
    expect(run.failure).toContain('503')
    expect(run.next_step).toContain('failure')
  })

  test('an unknown id is an error at once', async () => {
    const result = await call(url, 'wait_for_gumloop_session', { session_id: 'ses_nowhere' })
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error.code).toBe('not_found')
  })

  test('a flow run, started and waited for in one call', async () => {
    const run = await ok(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'flow_q3_campaign',
      inputs: { campaign_name: 'Summer Promo', channel: 'Email' },
      wait_seconds: 20,
    })
    expect(run).toMatchObject({ state: 'DONE', is_over: true, answer: null, artifacts: [] })
    expect(JSON.stringify(run.outputs)).toContain('Summer Promo')
    const observations = server.observationsOf(run.run_id)
    const again = await ok(url, 'wait_for_gumloop_flow_run', { run_id: run.run_id })
    expect({ ...again, waited_seconds: 0 }).toEqual({ ...run, waited_seconds: 0 })
    expect(server.observationsOf(run.run_id)).toBe(observations)
  })

  test('the event of one run is sent once', async () => {
    const session_id = await start('3 seconds')
    await Promise.all(
      Array.from({ length: 5 }, () => ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })),
    )
    // Once the event is recorded as sent, nobody sends it again.
    await vi.waitUntil(async () => !(await server.unfinished()).includes(session_id), { timeout: 5000 })
    const sent = server.finished().filter(line => line.session_id === session_id)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      kind: 'session',
      state: 'completed',
      outcome: 'finished',
      account_id: 'acme',
    })
    expect(JSON.stringify(sent[0])).not.toContain('Audit number')
  })
})
