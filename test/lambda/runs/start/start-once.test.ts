import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../../support/long-runs.ts'
import { call } from '../../../support/mcp-server.ts'

const AUDIT = 'agt_security_audit'
const FLOW = 'flow_q3_campaign'
let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns()
  url = await server.connector()
})
afterAll(() => server.close())

const sessions = () => server.sandbox.state.sessions.length
const flowRuns = () => server.sandbox.state.flowRuns.length
let number = 0
/** Arguments that no other test uses. */
const session = (more: object = {}) => ({ agent_id: AUDIT, input: `Job ${number++}, take 1 hour.`, ...more })
const flow = (more: object = {}) => ({
  saved_item_id: FLOW,
  inputs: { campaign_name: `Campaign ${number++}, take 1 hour`, channel: 'Email' },
  ...more,
})

describe('a session', () => {
  test('is started once, however often the call is repeated', async () => {
    const args = session()
    const before = sessions()
    const first = await ok(url, 'create_a_gumloop_session', args)
    const others = await Promise.all([1, 2, 3].map(() => ok(url, 'create_a_gumloop_session', args)))
    expect(sessions()).toBe(before + 1)
    expect(first.repeated).toBeUndefined()
    for (const other of others) {
      expect(other).toMatchObject({ session_id: first.session_id, repeated: true, state: expect.any(String) })
      expect(other.note).toContain('A different idempotency_key starts a new run')
    }
  })

  test('is started once by concurrent calls', async () => {
    const args = session()
    const before = sessions()
    const all = await Promise.all(Array.from({ length: 5 }, () => ok(url, 'create_a_gumloop_session', args)))
    expect(sessions()).toBe(before + 1)
    expect(new Set(all.map(one => one.session_id)).size).toBe(1)
    expect(all.filter(one => one.repeated !== true)).toHaveLength(1)
  })

  test('is another one after a minute; a key is valid for a day', async () => {
    const args = session()
    const keyed = session({ idempotency_key: 'for a day' })
    const [first, firstKeyed] = [
      await ok(url, 'create_a_gumloop_session', args),
      await ok(url, 'create_a_gumloop_session', keyed),
    ]
    server.runs.now = () => Date.now() + 61_000
    const later = await ok(url, 'create_a_gumloop_session', args)
    const laterKeyed = await ok(url, 'create_a_gumloop_session', keyed)
    server.runs.now = Date.now
    expect(later.session_id).not.toBe(first.session_id)
    expect(laterKeyed).toMatchObject({ session_id: firstKeyed.session_id, repeated: true })
  })

  test('is another one with another connector, other arguments or another key', async () => {
    const args = session()
    const before = sessions()
    const other = await server.connector()
    const ids = [
      await ok(url, 'create_a_gumloop_session', args),
      await ok(other, 'create_a_gumloop_session', args),
      await ok(url, 'create_a_gumloop_session', { ...args, name: 'Named' }),
      await ok(url, 'create_a_gumloop_session', { ...args, idempotency_key: 'second' }),
    ].map(one => one.session_id)
    expect(new Set(ids).size).toBe(4)
    expect(sessions()).toBe(before + 4)
  })

  test('a key belongs to its arguments: with others it is rejected, and nothing starts', async () => {
    await ok(url, 'create_a_gumloop_session', session({ idempotency_key: 'mine' }))
    const before = sessions()
    const result = await call(url, 'create_a_gumloop_session', session({ idempotency_key: 'mine' }))
    expect(result.structuredContent.error).toMatchObject({ code: 'conflict', may_have_taken_effect: false })
    expect(sessions()).toBe(before)
  })

  test('whose answer was lost is found by the same call', async () => {
    const args = session()
    const before = sessions()
    server.sandbox.injectFailure({
      kind: '502',
      when: 'after',
      times: 1,
      path: `/agents/${AUDIT}/sessions`,
      method: 'POST',
    })
    const lost = await call(url, 'create_a_gumloop_session', args)
    expect(lost.structuredContent.error.may_have_taken_effect).toBe(true)
    expect(lost.content[0].text).toContain('Call again with exactly the same arguments')
    const found = await ok(url, 'create_a_gumloop_session', args)
    expect(found).toMatchObject({ repeated: true, is_over: false })
    expect(sessions()).toBe(before + 1)
  })

  test('that never arrived is started by the same call', async () => {
    const args = session()
    const before = sessions()
    server.sandbox.injectFailure({ kind: '502', times: 1, path: `/agents/${AUDIT}/sessions`, method: 'POST' })
    expect((await call(url, 'create_a_gumloop_session', args)).isError).toBe(true)
    expect((await ok(url, 'create_a_gumloop_session', args)).repeated).toBeUndefined()
    expect(sessions()).toBe(before + 1)
  })

  test('that was rejected may be started at once', async () => {
    const args = session()
    server.sandbox.injectFailure({ kind: '429', times: 1, path: `/agents/${AUDIT}/sessions`, method: 'POST' })
    expect((await call(url, 'create_a_gumloop_session', args)).structuredContent.error.code).toBe(
      'rate_limited',
    )
    expect((await ok(url, 'create_a_gumloop_session', args)).repeated).toBeUndefined()
  })

  test('waits as well, for the first run', async () => {
    const args = { agent_id: AUDIT, input: 'Repeated with a wait, take 2 seconds.', wait_seconds: 20 }
    const before = sessions()
    const first = ok(url, 'create_a_gumloop_session', args)
    await vi.waitUntil(() => sessions() > before, { timeout: 5000 })
    const [one, two] = await Promise.all([first, ok(url, 'create_a_gumloop_session', args)])
    expect(two).toMatchObject({
      session_id: one.session_id,
      repeated: true,
      is_over: true,
      state: 'completed',
    })
    expect(one.answer).toBe(two.answer)
  })
})

describe('a session whose id the caller chose', () => {
  test('has that id, and is repeated when connector and arguments are the same', async () => {
    const args = session({ session_id: 'chosen-1' })
    expect(await ok(url, 'create_a_gumloop_session', args)).toMatchObject({ session_id: 'chosen-1' })
    expect(await ok(url, 'create_a_gumloop_session', args)).toMatchObject({
      session_id: 'chosen-1',
      repeated: true,
    })
  })

  test.each([
    ['other arguments', async () => url],
    ['another connector', async () => server.connector()],
  ])('is a conflict with %s', async (what, connector) => {
    const args = session({ session_id: `chosen by ${what.replaceAll(' ', '-')}` })
    await ok(url, 'create_a_gumloop_session', args)
    const at = await connector()
    const again = what === 'other arguments' ? { ...args, input: 'Something else.' } : args
    const result = await call(at, 'create_a_gumloop_session', again)
    expect(result.structuredContent.error).toMatchObject({
      code: 'conflict',
      upstream_code: 'session_already_exists',
      may_have_taken_effect: false,
    })
  })

  test('is a conflict when it was taken before this server knew it', async () => {
    const past = await fetch(`${server.sandbox.url}/api/v1/agents/${AUDIT}/sessions`, {
      method: 'POST',
      headers: { authorization: 'Bearer other', 'x-auth-key': 'user-1', 'content-type': 'application/json' },
      body: JSON.stringify({ session_id: 'taken', input: 'Take 1 hour.' }),
    })
    expect(past.status).toBe(202)
    const args = session({ session_id: 'taken' })
    for (const _ of ['first', 'repeated']) {
      const result = await call(url, 'create_a_gumloop_session', args)
      expect(result.structuredContent.error.upstream_code).toBe('session_already_exists')
    }
  })
})

describe('a flow run', () => {
  test('is started once, and the repeated call gets its id', async () => {
    const args = flow()
    const before = flowRuns()
    const first = await ok(url, 'create_a_gumloop_flow_run', args)
    const second = await ok(url, 'create_a_gumloop_flow_run', args)
    expect(second).toMatchObject({ run_id: first.run_id, repeated: true, accepted: true })
    expect(second.next_step).toContain(first.run_id)
    expect(flowRuns()).toBe(before + 1)
  })

  test('is started once by concurrent calls', async () => {
    const args = flow()
    const before = flowRuns()
    const all = await Promise.all(Array.from({ length: 4 }, () => ok(url, 'create_a_gumloop_flow_run', args)))
    expect(flowRuns()).toBe(before + 1)
    expect(new Set(all.map(one => one.run_id)).size).toBe(1)
  })

  test('is started again with another key', async () => {
    const args = flow()
    const one = await ok(url, 'create_a_gumloop_flow_run', { ...args, idempotency_key: 'a' })
    const two = await ok(url, 'create_a_gumloop_flow_run', { ...args, idempotency_key: 'b' })
    expect(one.run_id).not.toBe(two.run_id)
  })

  test('whose answer was lost is not sent again: it says that it may run, and how to find out', {
    timeout: 15_000,
  }, async () => {
    const args = flow()
    const before = flowRuns()
    server.sandbox.injectFailure({ kind: 'reset', when: 'after', times: 1, path: '/start_pipeline' })
    const lost = await call(url, 'create_a_gumloop_flow_run', args)
    expect(lost.content[0].text).toContain('the run may have started. Look with list_all_gumloop_flow_runs')
    const again = await call(url, 'create_a_gumloop_flow_run', args)
    expect(again.structuredContent.error).toMatchObject({ code: 'conflict', may_have_taken_effect: true })
    expect(again.content[0].text).toContain('Nothing was sent this time')
    expect(flowRuns()).toBe(before + 1)
    const anew = await ok(url, 'create_a_gumloop_flow_run', { ...args, idempotency_key: 'I know what I do' })
    expect(anew.run_id).toMatch(/\w+/)
  })

  test('that was rejected may be started at once', async () => {
    const args = flow()
    server.sandbox.injectFailure({ kind: '429', times: 1, path: '/start_pipeline' })
    expect((await call(url, 'create_a_gumloop_flow_run', args)).structuredContent.error.code).toBe(
      'rate_limited',
    )
    expect((await ok(url, 'create_a_gumloop_flow_run', args)).repeated).toBeUndefined()
  })

  test('without an id from Gumloop is not started again either', async () => {
    const args = { saved_item_id: 'flow_crm_ping', inputs: { account: `A${number++}` } }
    const before = flowRuns()
    const first = await ok(url, 'create_a_gumloop_flow_run', args)
    const second = await ok(url, 'create_a_gumloop_flow_run', args)
    expect([first.run_id, second.run_id]).toEqual([null, null])
    expect(second).toMatchObject({ repeated: true, accepted: true })
    expect(flowRuns()).toBe(before + 1)
  })
})

test('the table contains no text of the arguments', async () => {
  await ok(url, 'create_a_gumloop_session', session({ input: 'A secret plan, take 1 hour.' }))
  expect(await server.dynalite.dump()).not.toContain('secret plan')
})
