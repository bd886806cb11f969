/** The poller over the real table protocol and the sandbox, with a clock that the test moves: hours pass in milliseconds. */

import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { credentialGeneration, NO_GENERATION } from '../../../../lambda/accounts/credential-generation.ts'
import { createTableReader } from '../../../../lambda/aws/table-reader.ts'
import type { GumloopCredentials } from '../../../../lambda/gumloop/credentials.ts'
import { type RunRef, watchIdOf } from '../../../../lambda/runs/run.ts'
import { pollOperation } from '../../../../lambda/runs/watch/poll-operation.ts'
import { type PollDeps, pollRun } from '../../../../lambda/runs/watch/poll-run.ts'
import type { CompletionEvent, Watch } from '../../../../lambda/runs/watch/watch.ts'
import { transition } from '../../../../lambda/runs/watch/watch-machine.ts'
import { createWatchStore, type WatchStore } from '../../../../lambda/runs/watch/watch-store.ts'
import { AppError } from '../../../../lambda/shared/errors.ts'
import { createLogger } from '../../../../lambda/shared/logger.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../../support/dynalite-table.ts'
import type { Json } from '../../../support/mcp-server.ts'

const START_MS = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const quiet = createLogger('error', () => undefined)
let dynalite: DynaliteTable
let sandbox: Sandbox
let store: WatchStore
let nowMs = START_MS
let seed = 0
let sent: CompletionEvent[]
let deps: PollDeps
let credentials: GumloopCredentials
const hostsOf = ({ url }: Sandbox) => ({ baseUrl: `${url}/api/v1`, streamBaseUrl: `${url}/api/v1` })
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  store = createWatchStore(createTableReader({ tableName: TABLE_NAME }))
})
afterAll(() => dynalite.close())
beforeEach(async () => {
  nowMs = START_MS
  sent = []
  sandbox = await startSandbox({ clock: () => nowMs, seed: ++seed }) // other ids each time: the table stays
  credentials = { apiKey: 'sandbox', userId: 'user-1' }
  deps = {
    watches: store,
    operation: pollOperation({
      hosts: hostsOf(sandbox),
      credentials: { get: async () => credentials, refresh: async () => credentials },
      timeoutMs: 900,
    }),
    sendEvent: async event => void sent.push(event),
    now: () => nowMs,
    random: () => 0.5,
    logger: quiet,
  }
})
afterEach(() => sandbox.close())

async function gumloop(method: string, path: string, body?: unknown): Promise<Json> {
  const response = await fetch(`${sandbox.url}/api/v1${path}`, {
    method,
    headers: { authorization: 'Bearer sandbox', 'x-auth-key': 'user-1', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return response.json()
}

/** A session whose run takes that long, watched from its beginning. */
async function watchedSession(length: string, over: Partial<Watch> = {}): Promise<Watch> {
  const { session } = await gumloop('POST', '/agents/agt_security_audit/sessions', {
    input: `Take ${length}.`,
  })
  return watched(runOf('session', session.id), session.messages[0].id, over)
}

/** A run of the account that is read with the present credentials. */
function runOf(kind: RunRef['kind'], id: string): RunRef {
  return {
    kind,
    accountId: 'acme',
    generation: credentialGeneration('acme', credentials, hostsOf(sandbox)),
    id,
  }
}

async function watched(run: RunRef, turnId: string, over: Partial<Watch> = {}): Promise<Watch> {
  const watch: Watch = {
    watchId: watchIdOf(run, turnId),
    run,
    turnId,
    attempt: 1,
    connectorId: 'c1',
    state: 'queued',
    outcome: null,
    details: {
      answer: null,
      outputs: null,
      artifacts: null,
      cost: null,
      pending_approvals: [],
      failure: null,
      agent_id: null,
      agent_name: null,
      queue_position: null,
    },
    beganAtMs: START_MS,
    deadlineMs: START_MS + DAY_MS,
    polls: 0,
    failures: 0,
    polledAtMs: START_MS,
    nextPollAtMs: START_MS + 1000,
    endedAtMs: null,
    event: null,
    upstreamBeganAtMs: null,
    upstreamEndedAtMs: null,
    doubt: null,
    unsentEvents: [],
    ...over,
  }
  expect(await store.persist({ before: undefined, after: watch })).toBe(true)
  return watch
}

const poll = (watch: Watch) => pollRun({ watch_id: watch.watchId, attempt: watch.attempt }, deps)

/** What the state machine does: poll, wait as the poller says, until the run is over. */
async function drive(watch: Watch): Promise<{ waits: number[] }> {
  const waits: number[] = []
  for (let wait = 1; ; ) {
    nowMs += wait * 1000
    const { is_over, wait_seconds } = await poll(watch)
    if (is_over) return { waits }
    waits.push(wait_seconds)
    wait = wait_seconds
  }
}

describe('the interval', () => {
  test.each([
    ['5 seconds', 5, 5],
    ['10 seconds', 10, 12],
    ['1 minute', 60, 35],
    ['3 minutes', 180, 48],
    ['10 minutes', 600, 80],
    ['1 hour', 3600, 300],
    ['5 hours', 18_000, 560],
  ])(
    'the end of a run of %s is noticed within a tenth of its length, at most 15 s',
    async (length, seconds, most) => {
      const watch = await watchedSession(length)
      const { waits } = await drive(watch)
      const end = await store.get(watch.watchId)
      const lateSeconds = ((end?.endedAtMs ?? 0) - START_MS) / 1000 - seconds
      // After an hour, once a minute; before, a tenth, but never under the shortest wait of a second.
      const allowed = seconds > 3600 ? 60 : Math.max(1, Math.min(15, seconds / 10))
      expect(lateSeconds).toBeGreaterThanOrEqual(0)
      expect(lateSeconds).toBeLessThanOrEqual(allowed)
      expect(waits.length).toBeLessThanOrEqual(most)
      expect(end).toMatchObject({
        outcome: 'finished',
        state: 'completed',
        event: 'sent',
        polls: waits.length + 1,
      })
    },
  )

  test('Retry-After is obeyed', async () => {
    const watch = await watchedSession('1 hour')
    sandbox.injectFailure({ kind: '429', retryAfterSeconds: 37 })
    expect(await poll(watch)).toEqual({ is_over: false, wait_seconds: 37 })
    sandbox.injectFailure(null)
    expect(await poll(watch)).toEqual({ is_over: false, wait_seconds: 1 })
    expect(await store.get(watch.watchId)).toMatchObject({ failures: 0, polls: 2, state: 'queued' })
  })
})

describe('the end', () => {
  test('is recorded with answer, artifacts and cost, and sent once without the text of the run', async () => {
    const watch = await watchedSession('10 seconds')
    await drive(watch)
    const end = await store.get(watch.watchId)
    expect(end?.details).toMatchObject({
      answer: expect.stringMatching(/\w+/),
      cost: 14,
      agent_name: 'Security Audit Agent',
    })
    expect(end?.details.artifacts?.map(note => note.filename)).toContain('audit-report.md')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      kind: 'session',
      session_id: watch.run.id,
      account_id: 'acme',
      connector_id: 'c1',
      state: 'completed',
      outcome: 'finished',
      began_at: '2026-11-22T12:00:00Z',
    })
    expect(JSON.stringify(sent[0])).not.toContain(end?.details.answer?.slice(0, 20))
    expect(await poll(watch)).toEqual({ is_over: true, wait_seconds: 0 })
    expect(sent).toHaveLength(1)
  })

  test('of a flow run', async () => {
    const { run_id } = await gumloop('POST', '/start_pipeline', {
      saved_item_id: 'flow_q3_campaign',
      user_id: 'user-1',
      campaign_name: 'Summer Promo',
      channel: 'Email',
    })
    const watch = await watched(runOf('flow_run', run_id), 'run', {
      state: 'QUEUED',
    })
    await drive(watch)
    expect(await store.get(watch.watchId)).toMatchObject({
      state: 'DONE',
      outcome: 'finished',
      details: { outputs: { recipients: 4015 }, cost: 6, artifacts: [] },
    })
    expect(sent).toMatchObject([{ kind: 'flow_run', run_id, state: 'DONE' }])
  })

  test('is recorded and announced with a new key of the same owner', async () => {
    const watch = await watchedSession('2 seconds')
    credentials = { ...credentials, apiKey: 'new-key' }
    await drive(watch)
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'finished', run: watch.run })
    expect(sent).toMatchObject([{ outcome: 'finished' }])
  })

  test.each([
    ['user', { userId: 'user-2' }],
    ['team', { teamId: 'team-2' }],
  ])("is not read with another %s's credentials: the watch ends as refused", async (_, other) => {
    const watch = await watchedSession('2 seconds')
    credentials = { ...credentials, ...other }
    const requests = sandbox.requests.length
    await drive(watch)
    expect(sandbox.requests).toHaveLength(requests)
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'refused', details: watch.details })
    expect(sent).toMatchObject([{ outcome: 'refused' }])
  })

  test('of a watch that an earlier version began is recorded and announced', async () => {
    const { run, turnId } = await watchedSession('2 seconds')
    const watch = await watched({ ...run, generation: NO_GENERATION }, turnId)
    await drive(watch)
    expect(sent).toMatchObject([{ outcome: 'finished' }])
  })

  test('whose event could not be sent is sent at the next poll, still once', async () => {
    const watch = await watchedSession('2 seconds')
    nowMs += 5000
    const send = deps.sendEvent
    deps = { ...deps, sendEvent: () => Promise.reject(new AppError('internal', 'no bus')) }
    await expect(poll(watch)).rejects.toThrow('no bus')
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'finished', event: 'pending' })
    deps = { ...deps, sendEvent: send }
    expect(await poll(watch)).toEqual({ is_over: true, wait_seconds: 0 })
    expect(await poll(watch)).toEqual({ is_over: true, wait_seconds: 0 })
    expect(sent).toHaveLength(1)
  })

  test('is recorded by one of several pollers only', async () => {
    const watch = await watchedSession('2 seconds')
    nowMs += 5000
    await Promise.all([poll(watch), poll(watch), poll(watch)])
    expect(sent).toHaveLength(1)
  })

  test('whose poll died before it sent the event is sent by the next poll of the same attempt', async () => {
    const watch = await watchedSession('2 seconds')
    const end = transition(watch, { type: 'finish', turn: watch }, nowMs)
    if (end === null) throw new Error('no end')
    await store.persist(end)
    expect(await poll(watch)).toEqual({ is_over: true, wait_seconds: 0 })
    expect(sent).toMatchObject([{ outcome: 'finished' }])
    expect(await store.get(watch.watchId)).toMatchObject({ event: 'sent' })
  })

  test('whose event was not sent before the turn was started again is sent by the new poller', async () => {
    const watch = await watchedSession('1 hour')
    const end = transition(watch, { type: 'refuse', turn: watch }, nowMs)
    if (end === null) throw new Error('no end')
    await store.persist(end)
    // A caller that observes the run to be over leaves an unsent end alone.
    expect(transition(end.after, { type: 'finish', turn: watch }, nowMs)).toBeNull()
    const again = transition(end.after, { type: 'start', turn: watch }, nowMs)
    if (again === null) throw new Error('no start')
    expect(await store.persist(again)).toBe(true)
    expect((await poll(again.after)).is_over).toBe(false)
    expect(sent).toMatchObject([{ outcome: 'refused', id: expect.stringMatching(/-1$/) }])
    await poll(again.after)
    expect(sent).toHaveLength(1)
  })

  test('a poller that was replaced stops and sends nothing', async () => {
    const watch = await watchedSession('2 seconds')
    nowMs += 5000
    await store.persist({ before: watch, after: { ...watch, attempt: 2 } })
    expect(await poll(watch)).toEqual({ is_over: true, wait_seconds: 0 })
    expect(sent).toEqual([])
    expect((await store.get(watch.watchId))?.outcome).toBeNull()
  })
})

describe('errors', () => {
  test.each([
    ['502', 'completed'],
    ['503', 'completed'],
    ['html-502', 'completed'],
    ['500', 'completed'],
    ['reset', 'completed'],
    ['hang', 'completed'],
    ['429', 'completed'],
  ] as const)('%s for some polls: the end is still found', async (kind, state) => {
    const watch = await watchedSession('20 seconds')
    sandbox.injectFailure({ kind, times: kind === 'hang' ? 1 : 4, retryAfterSeconds: 1 })
    await drive(watch)
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'finished', state, failures: 0 })
  })

  test('an unknown state never ends a watch', async () => {
    const watch = await watchedSession('20 seconds')
    sandbox.injectFailure({ kind: 'unknown-state', times: 30 })
    for (let polls = 0; polls < 30; polls++) {
      nowMs += 10_000
      expect((await poll(watch)).is_over).toBe(false)
    }
    expect(await store.get(watch.watchId)).toMatchObject({ state: 'hibernating', outcome: null })
    await drive(watch)
    expect(await store.get(watch.watchId)).toMatchObject({ state: 'completed', outcome: 'finished' })
  })

  test('a run that was deleted ends as deleted once that was answered three times over eight seconds', async () => {
    const watch = await watchedSession('1 hour')
    nowMs += 1_800_000
    sandbox.injectFailure('404')
    expect((await drive(watch)).waits).toEqual([5, 5])
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'deleted', state: 'queued' })
    expect(sent).toMatchObject([{ outcome: 'deleted' }])
  })

  test.each(['401', '403', '400'] as const)('%s ends as refused after three polls', async kind => {
    const watch = await watchedSession('1 hour')
    const marked: string[] = []
    deps = { ...deps, onCredentialsRefused: async id => void marked.push(id) }
    sandbox.injectFailure(kind)
    await drive(watch)
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'refused', polls: 3 })
    expect(marked).toEqual(kind === '401' ? ['acme'] : [])
  })

  test.each(['404', '401', '403'] as const)(
    '%s twice, or in a row of other errors, does not end the watch',
    async kind => {
      const watch = await watchedSession('1 minute')
      const accepted: string[] = []
      deps = { ...deps, onCredentialsAccepted: async id => void accepted.push(id) }
      for (const failure of [kind, '503', kind, null] as const) {
        sandbox.injectFailure(null)
        if (failure !== null) sandbox.injectFailure(failure)
        nowMs += 5_000
        expect((await poll(watch)).is_over).toBe(false)
      }
      expect(await store.get(watch.watchId)).toMatchObject({ outcome: null, failures: 0, doubt: null })
      expect(accepted).toEqual(kind === '401' ? ['acme'] : [])
    },
  )

  test('an older state after a newer one of the same turn is not believed', async () => {
    const watch = await watchedSession('1 hour', { state: 'processing' })
    await poll(watch)
    expect(await store.get(watch.watchId)).toMatchObject({ state: 'processing', outcome: null })
  })

  test('past the deadline the watch ends as gave_up', async () => {
    const watch = await watchedSession('40 hours', { deadlineMs: START_MS + 7_200_000 })
    await drive(watch)
    expect(nowMs - START_MS).toBeLessThanOrEqual(7_200_000 + 60_000)
    expect(await store.get(watch.watchId)).toMatchObject({ outcome: 'gave_up', state: 'processing' })
    expect(sent).toMatchObject([{ outcome: 'gave_up', state: 'processing' }])
  })
})
