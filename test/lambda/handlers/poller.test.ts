/**
 * The deployed parts together: the MCP function starts the state machine, its definition runs the poller, the event is
 * sent.
 */
import type { AddressInfo } from 'node:net'
import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import { wireMcpFunction } from '../../../lambda/handlers/mcp-wiring.ts'
import { wirePoller } from '../../../lambda/handlers/poller-wiring.ts'
import { createNodeServer } from '../../../lambda/http/node-adapter.ts'
import { NO_DETAILS } from '../../../lambda/runs/observe/run-snapshot.ts'
import { pollRun } from '../../../lambda/runs/watch/poll-run.ts'
import type { Watch } from '../../../lambda/runs/watch/watch.ts'
import { transition } from '../../../lambda/runs/watch/watch-machine.ts'
import { createWatchStore } from '../../../lambda/runs/watch/watch-store.ts'
import { runWorkflowDefinition } from '../../../lib/runs/run-workflow-definition.ts'
import { execute, type Machine } from '../../lib/runs/states-machine.ts'
import { storeConnector } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { type FakeRunServices, MACHINE_ARN, startFakeRunServices } from '../../support/fake-run-services.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'
import { ok } from '../../support/long-runs.ts'
import type { Json } from '../../support/mcp-server.ts'

const machine = runWorkflowDefinition({
  invokeResource: 'arn:aws:states:::lambda:invoke',
  pollerArn: 'arn:of:the:poller',
  watchHours: 24,
}) as unknown as Machine
let dynalite: DynaliteTable
let secrets: FakeSecretsManager
let services: FakeRunServices
let sandbox: Sandbox
let environment: Record<string, string>
let url: string
const closers: (() => Promise<unknown> | unknown)[] = []

beforeAll(async () => {
  dynalite = await startDynaliteTable()
  secrets = await startFakeSecretsManager()
  services = await startFakeRunServices()
  sandbox = await startSandbox()
  secrets.secrets.set('stack/accounts/acme', JSON.stringify({ api_key: 'sandbox', user_id: 'user-1' }))
  environment = {
    TABLE_NAME,
    ACCOUNT_SECRET_PREFIX: 'stack/accounts/',
    GUMLOOP_BASE_URL: `${sandbox.url}/api/v1`,
    RUN_WORKFLOW_ARN: MACHINE_ARN,
    RUN_WATCH_HOURS: '6',
    MAX_WAIT_SECONDS: '25',
    LOG_LEVEL: 'error',
  }
  const mcp = wireMcpFunction(environment)
  const server = createNodeServer(mcp.app, { deadlineMs: 30_000 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { token } = await storeConnector(createTable({ tableName: TABLE_NAME }), {
    config: {
      methods: [],
      tags: [],
      tool_exposure: 'essentials',
      require_api_token_auth: false,
      max_result_characters: 48_000,
    },
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp/${token}`
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
    mcp.settle,
  )
})
afterAll(async () => {
  for (const close of closers.toReversed()) await close()
  await sandbox.close()
  await services.close()
  await secrets.close()
  await dynalite.close()
})

/** Runs the started execution as Step Functions would: in real time, with the poller as its task. */
async function runExecution(name: string) {
  const deps = wirePoller(environment)
  const pace = {
    task: async (args: Json) => ({ payload: await pollRun(args.Payload, deps) }),
    isRealTime: true,
  }
  return execute(machine, services.executions.get(name), pace)
}

test('a wait starts one execution, which records the end and sends the event; the wait returns within a second', async () => {
  const { session_id } = await ok(url, 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'Watched by the state machine, take 3 seconds.',
  })
  const waiters = [1, 2, 3].map(() => ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 }))
  await vi.waitUntil(() => services.executions.size > 0, { timeout: 5000 })
  const [[name, input] = []] = [...services.executions]
  expect(name).toMatch(/^run-[0-9a-f]{40}-1$/)
  expect(input).toEqual({
    watch_id: name?.slice(4, 44),
    attempt: 1,
    wait_seconds: 1,
    deadline_ms: expect.any(Number),
  })
  expect(JSON.stringify(input)).not.toContain(session_id)

  const { status, steps } = await runExecution(name ?? '')
  const endedAtMs = Date.now()
  const runs = await Promise.all(waiters)
  expect(Date.now() - endedAtMs).toBeLessThan(1100)
  expect(status).toBe('SUCCEEDED')
  expect(services.executions.size).toBe(1)
  for (const run of runs) expect(run).toMatchObject({ state: 'completed', is_over: true })

  const observations = sandbox.requests.filter(({ operationId }) => operationId === 'retrieveSession')
  expect(observations).toHaveLength(1 + steps.filter(step => step.state === 'Poll').length)
  expect(services.events).toHaveLength(1)
  expect(services.events[0]).toMatchObject({ Source: 'gumloop-mcp', DetailType: 'Gumloop Run Finished' })
  expect(JSON.parse(services.events[0].Detail)).toMatchObject({
    kind: 'session',
    session_id,
    state: 'completed',
    outcome: 'finished',
    account_id: 'acme',
  })
})

test('a poller that cannot be started: the waiter polls, says so, and the next one has the run polled', async () => {
  const { session_id } = await ok(url, 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'Not permitted, take 1 hour.',
  })
  const wait = () => ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
  const before = services.executions.size
  services.answerNext({ status: 400, body: { __type: 'AccessDeniedException' } })
  const refused = await wait()
  expect(refused).toMatchObject({ is_over: false, watched: false })
  expect(refused.next_step).toContain('not watched between calls')
  expect(services.executions.size).toBe(before)
  expect(await wait()).toMatchObject({ is_over: false, watched: true })
  expect([...services.executions.keys()].at(-1)).toMatch(/-2$/)
})

test('a poller that stopped is replaced by the next waiter, under a name of its own', async () => {
  const { session_id } = await ok(url, 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'Forgotten by its machine, take 1 hour.',
  })
  const wait = () => ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
  expect(await wait()).toMatchObject({ is_over: false, watched: true })
  const [first] = [...services.executions.keys()].slice(-1)
  const store = createWatchStore(createTableReader({ tableName: TABLE_NAME }))
  const watch = await store.get(first?.slice(4, 44) ?? '')
  if (!watch) throw new Error('nothing is watched')
  await wait()
  expect([...services.executions.keys()].at(-1)).toBe(first)
  await store.persist({ before: watch, after: { ...watch, nextPollAtMs: Date.now() - 600_000 } })
  expect(await wait()).toMatchObject({ is_over: false, watched: true })
  expect([...services.executions.keys()].at(-1)).toBe(first?.replace(/-1$/, '-2'))
})

test('an event that its own poller never sent is sent at the end of another run', async () => {
  const watch: Watch = {
    watchId: 'forgotten',
    run: { kind: 'session', accountId: 'acme', generation: 'g', id: 'ses_forgotten' },
    turnId: 'm',
    attempt: 1,
    connectorId: 'c1',
    state: 'completed',
    outcome: null,
    details: NO_DETAILS,
    beganAtMs: 0,
    deadlineMs: Date.now() + 1,
    polls: 1,
    failures: 0,
    polledAtMs: 0,
    nextPollAtMs: 0,
    endedAtMs: null,
    event: null,
    upstreamBeganAtMs: null,
    upstreamEndedAtMs: null,
    doubt: null,
    unsentEvents: [],
  }
  const store = createWatchStore(createTableReader({ tableName: TABLE_NAME }))
  await store.persist({ before: undefined, after: watch })
  const end = transition(watch, { type: 'finish', turn: watch }, 1000)
  if (end === null) throw new Error('no end')
  await store.persist(end)
  const { session_id } = await ok(url, 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'Ends after the forgotten one, take 1 second.',
  })
  await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
  const [name = ''] = [...services.executions.keys()].slice(-1)
  await runExecution(name)
  const sent = services.events.map(({ Detail }) => JSON.parse(Detail).session_id)
  expect(sent.filter(id => id === 'ses_forgotten')).toHaveLength(1)
  expect(await store.get('forgotten')).toMatchObject({ event: 'sent' })
})

test('a key that Gumloop rejects ends the watch, and is shown in the list of accounts', async () => {
  const { session_id } = await ok(url, 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'The key is taken away, take 1 hour.',
  })
  await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
  const [name = ''] = [...services.executions.keys()].slice(-1)
  await createTable({ tableName: TABLE_NAME }).insertItem(
    { pk: 'ACCOUNT#acme', sk: 'ACCOUNT', id: 'acme', state: 'ready' },
    'own key',
  )
  sandbox.injectFailure({ kind: '401', path: '/sessions/*' })
  await runExecution(name)
  sandbox.injectFailure(null)
  expect(JSON.parse(services.events.at(-1).Detail)).toMatchObject({ session_id, outcome: 'refused' })
  expect(
    await createTable({ tableName: TABLE_NAME }).getItem(
      { pk: 'ACCOUNT#acme', sk: 'ACCOUNT' },
      { consistent: true },
    ),
  ).toMatchObject({ state: 'needs_reauth' })
})

test('reports every invalid setting at once', () => {
  expect(() => wirePoller({ MAX_WAIT_SECONDS: 'long', RUN_WATCH_HOURS: '0' })).toThrow(
    /TABLE_NAME.*ACCOUNT_SECRET_PREFIX.*MAX_WAIT_SECONDS.*RUN_WATCH_HOURS/,
  )
})
