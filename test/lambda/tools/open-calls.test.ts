/**
 * A call that is open ends when its connector stops allowing it, whatever the call waits for. The clock of the checks is
 * the test's: it advances to the latest time of the next check and no further, so that nothing depends on the load.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAccountStore } from '../../../lambda/accounts/account-store.ts'
import { type Administration, createAdministration } from '../../../lambda/admin/administration.ts'
import { createLogGroupReader } from '../../../lambda/aws/log-group.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import { catalogFilter } from '../../../lambda/handlers/admin-wiring.ts'
import { READ_INTERVAL_MS } from '../../../lambda/runs/watch/follow-watch.ts'
import { toTimestamp } from '../../../lambda/shared/clock.ts'
import { CHECK_AFTER_MS, CHECK_INTERVAL_MS, GRACE_MS } from '../../../lambda/tools/permit-guard.ts'
import { TABLE_NAME } from '../../support/dynalite-table.ts'
import { type LongRunsServer, startLongRuns } from '../../support/long-runs.ts'
import { type Json, rpc } from '../../support/mcp-server.ts'

/** What docs/protocol.md promises. */
const BOUND_MS = 2000
const UNTIL_CHECKED_MS = CHECK_AFTER_MS + CHECK_INTERVAL_MS
const VERSION = '2026-07-28'
const ENDED = 'The connector no longer allows this call'
const PROGRESS = { _meta: { progressToken: 'p' } }

// Only what the checks use: sockets, the sandbox and the pauses of a wait go on in real time.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
})
afterAll(() => {
  vi.useRealTimers()
})

let server: LongRunsServer
let administration: Administration
let connector: { id: string; url: string }

async function start(isWatching: boolean): Promise<void> {
  server = await startLongRuns({ isWatching, deadlineMs: 900_000 })
  const table = createTable({ tableName: TABLE_NAME })
  await createAccountStore(table).put({ id: 'acme', actor: 'test', nowMs: Date.now() })
  administration = createAdministration({
    table,
    filter: catalogFilter(),
    connectorBaseUrl: server.origin,
    now: Date.now,
    logs: createLogGroupReader({ logGroupName: 'unused' }),
  })
}

beforeEach(async () => {
  connector = await administration.connectors.create('acme', { name: 'c', config: {} }, 'test')
})
afterEach(() => fetch(`${server.sandbox.url}/__sandbox/failures`, { method: 'DELETE' }))

type Send = () => Promise<Response>

const legacy =
  (method: string, params: object): Send =>
  () =>
    rpc(connector.url, method, params)

/** A request of the 2026 protocol, from a client that takes tasks where `isTaking`. */
const modern =
  (method: string, { _meta, ...params }: Record<string, unknown>, isTaking = false): Send =>
  () => {
    const name = params.taskId ?? params.name ?? params.uri
    const capabilities = isTaking ? { extensions: { 'io.modelcontextprotocol/tasks': {} } } : {}
    const envelope = {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      ...(typeof _meta === 'object' && _meta),
    }
    return fetch(connector.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': VERSION,
        'mcp-method': method,
        ...(typeof name === 'string' && { 'mcp-name': name }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: envelope } }),
    })
  }

/** Sends the request; its text is there when the call has ended. Resolves as soon as Gumloop was asked. */
async function open(send: Send): Promise<{ text: Promise<string> }> {
  const before = server.sandbox.requests.length
  const text = send().then(response => response.text())
  while (server.sandbox.requests.length === before) await sleep(10)
  return { text }
}

/** From now on no request to Gumloop is answered. */
function silenceGumloop(): Promise<Response> {
  const rule = JSON.stringify({ kind: 'hang' })
  return fetch(`${server.sandbox.url}/__sandbox/failures`, { method: 'POST', body: rule })
}

let number = 0
const newSession = () => ({ agent_id: 'agt_security_audit', input: `Audit ${number++}, take 1 hour.` })

async function startSession(): Promise<string> {
  const call = legacy('tools/call', { name: 'create_a_gumloop_session', arguments: newSession() })
  const { result }: Json = await (await call()).json()
  return result.structuredContent.session_id
}

const waitFor = (session_id: string) => ({
  name: 'wait_for_gumloop_session',
  arguments: { session_id, wait_seconds: 250 },
  ...PROGRESS,
})
const startAndWait = () => ({
  name: 'create_a_gumloop_session',
  arguments: { ...newSession(), wait_seconds: 250 },
  ...PROGRESS,
})

const WAITS: [string, () => Promise<{ text: Promise<string> }>][] = [
  ['a wait', async () => open(legacy('tools/call', waitFor(await startSession())))],
  ['a wait of the 2026 protocol', async () => open(modern('tools/call', waitFor(await startSession())))],
  ['a start that waits', () => open(legacy('tools/call', startAndWait()))],
  ['a start of the 2026 protocol that waits', () => open(modern('tools/call', startAndWait()))],
]

/** What an administrator may change, and how far the clock has to go on until it counts. */
const CHANGES: [string, (id: string) => Promise<unknown>, number][] = [
  ['revoked', id => administration.connectors.revoke('acme', id, 'test'), 0],
  ['disabled', id => administration.connectors.update('acme', id, { disabled: true }, 'test'), 0],
  ['rotated', id => administration.connectors.rotate('acme', id, {}, 'test'), 0],
  [
    'restricted to another tool',
    id => {
      const config = { methods: ['list_all_gumloop_agents'] }
      return administration.connectors.update('acme', id, { config }, 'test')
    },
    0,
  ],
  [
    'given an earlier expiry',
    id => {
      const expires_at = toTimestamp(Date.now() + 61_000)
      return administration.connectors.update('acme', id, { expires_at }, 'test')
    },
    61_000,
  ],
]

/** Makes the change and lets the time pass until the next check at the latest. @returns what the call answered */
async function endedBy(
  [, change, afterMs]: (typeof CHANGES)[number],
  text: Promise<string>,
): Promise<string> {
  await change(connector.id)
  vi.setSystemTime(Date.now() + afterMs)
  const changedMs = Date.now()
  vi.advanceTimersByTime(UNTIL_CHECKED_MS)
  const answer = await text
  expect(Date.now() - changedMs + GRACE_MS).toBeLessThan(BOUND_MS)
  return answer
}

describe.each([
  ['that is watched', true],
  ['that nobody watches', false],
])('a run %s', (_, isWatching) => {
  beforeAll(() => start(isWatching))
  afterAll(() => server.close())

  describe.each(WAITS)('%s', (_, begin) => {
    test.each(CHANGES)('ends when the connector is %s', async (...change) => {
      const { text } = await begin()
      expect(await endedBy(change, text)).toContain(ENDED)
    })

    test('goes on while nothing changes', async () => {
      const { text } = await begin()
      vi.advanceTimersByTime(10 * UNTIL_CHECKED_MS)
      expect(await Promise.race([text, sleep(300, 'it goes on')])).toBe('it goes on')
      await endedBy(CHANGES[0] ?? expect.unreachable(), text)
    })
  })
})

describe('a call that waits for Gumloop', () => {
  beforeAll(() => start(true))
  afterAll(() => server.close())

  const read = { name: 'get_single_gumloop_session_by_id', arguments: { session_id: 's' } }
  const complete = {
    ref: { type: 'ref/resource', uri: 'gumloop://agents/{agent}/artifacts/{filename}' },
    argument: { name: 'agent', value: 'a' },
  }
  const HANGING: [string, Send][] = [
    ['a tool', legacy('tools/call', read)],
    ['a tool of the 2026 protocol', modern('tools/call', read)],
    ['a resource', legacy('resources/read', { uri: 'gumloop://artifacts/art_1' })],
  ]

  describe.each(HANGING)('%s', (_, send) => {
    test.each(CHANGES)('ends when the connector is %s', async (...change) => {
      await silenceGumloop()
      const { text } = await open(send)
      expect(await endedBy(change, text)).toContain(ENDED)
    })
  })

  test('half of the bound is left for reading the connector and for the call to end by itself', () => {
    expect(UNTIL_CHECKED_MS + GRACE_MS).toBeLessThanOrEqual(BOUND_MS - 500)
    expect(READ_INTERVAL_MS).toBeLessThanOrEqual(CHECK_AFTER_MS)
  })

  test('a completion ends', async () => {
    await silenceGumloop()
    const { text } = await open(legacy('completion/complete', complete))
    expect(await endedBy(CHANGES[0] ?? expect.unreachable(), text)).toContain(ENDED)
  })

  test('a task that is being cancelled ends', async () => {
    const started = await modern('tools/call', startAndWait(), true)()
    const { result }: Json = await started.json()
    await silenceGumloop()
    const { text } = await open(modern('tasks/cancel', { taskId: result.taskId }, true))
    expect(await endedBy(CHANGES[0] ?? expect.unreachable(), text)).toContain(ENDED)
  })

  test('a start and an equal one that waits for its answer end, and the first may have taken effect', async () => {
    const call = legacy('tools/call', { name: 'create_a_gumloop_session', arguments: newSession() })
    await silenceGumloop()
    const first = await open(call)
    const second = call().then(response => response.text())
    await server.dynalite.dump() // a round trip to the table: the second call is behind its first read
    const answer = await endedBy(CHANGES[0] ?? expect.unreachable(), first.text)
    const { error } = JSON.parse(answer).result.structuredContent
    expect(error).toMatchObject({ code: 'unauthorized', may_have_taken_effect: true })
    expect(await second).toContain(ENDED)
  })

  test.each([
    ['the API token itself', 1],
    ['the token that it was created with', 0],
  ])('ends when %s is revoked', async (_, revoked) => {
    const { id, url } = await administration.connectors.create(
      'acme',
      { name: 'c', config: { require_api_token_auth: true } },
      'test',
    )
    const parent = await administration.apiTokens.create({ name: 'p', scopes: ['admin'] }, 'test')
    const stored = { record: parent, secretHash: '', ancestors: [] }
    const child = await administration.apiTokens.create({ name: 'c', scopes: ['connect'] }, 'test', stored)
    await silenceGumloop()
    const send = () => rpc(url, 'tools/call', read, { authorization: `Bearer ${child.token}` })
    const { text } = await open(send)
    connector = { id, url }
    const revoke = () => administration.apiTokens.revoke([parent.id, child.id][revoked] ?? '', 'test')
    expect(await endedBy(['revoked', revoke, 0], text)).toContain(ENDED)
  })
})
