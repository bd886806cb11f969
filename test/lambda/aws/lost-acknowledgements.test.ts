/** Each conditional write of each store, with the acknowledgement of its first attempt lost or late. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccountStore } from '../../../lambda/accounts/account-store.ts'
import { createAudit } from '../../../lambda/admin/audit.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import type { Table } from '../../../lambda/aws/table-access.ts'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import { createApiTokenStore } from '../../../lambda/connectors/api-token-store.ts'
import { createConnectorStore } from '../../../lambda/connectors/connector-store.ts'
import { createToolGroupStore } from '../../../lambda/connectors/tool-group-store.ts'
import { createStartStore } from '../../../lambda/runs/start/start-store.ts'
import { createRunPointerStore } from '../../../lambda/runs/watch/run-pointer-store.ts'
import { createTaskStore } from '../../../lambda/runs/watch/task-store.ts'
import { transition } from '../../../lambda/runs/watch/watch-machine.ts'
import { createWatchStore } from '../../../lambda/runs/watch/watch-store.ts'
import { pointAwsAt } from '../../support/aws-environment.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { losingEveryAcknowledgement, startTableProxy, type TableProxy } from '../../support/table-proxy.ts'
import { NOW_MS, turnOf } from '../runs/watch/watch-sample.ts'

let dynalite: DynaliteTable
let proxy: TableProxy
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  proxy = await startTableProxy({ tablePort: Number(new URL(dynalite.endpointUrl).port) })
  proxy.inject(losingEveryAcknowledgement)
  pointAwsAt({ AWS_ENDPOINT_URL_DYNAMODB: proxy.url })
})
afterAll(async () => {
  await proxy.close()
  await dynalite.close()
})

const CLIENTS: [string, () => Table][] = [
  ['the official client', () => createTable({ tableName: TABLE_NAME, client: new DynamoDBClient({}) })],
  [
    'signed requests',
    () => ({ ...createTable({ tableName: TABLE_NAME }), ...createTableReader({ tableName: TABLE_NAME }) }),
  ],
]
let last = 0
const fresh = () => `n${++last}`

describe.each(CLIENTS)('over %s', (_, open) => {
  const table = () => open()

  test('a start is the first, is found again by the second, and keeps its outcome', async () => {
    const starts = createStartStore(table())
    const key = fresh()
    const start = { fingerprint: 'f', runId: null, settledMs: 60_000 }
    const first = await starts.claim(key, start, NOW_MS)
    expect(first.isFirst).toBe(true)
    expect((await starts.claim(key, start, NOW_MS)).isFirst).toBe(false)
    await starts.settle(key, first.start.startId, 'run_1')
    expect(await starts.get(key, first.start.startId)).toMatchObject({ isSettled: true, runId: 'run_1' })
    await starts.release(key, first.start.startId)
    expect((await starts.claim(key, start, NOW_MS)).isFirst).toBe(true)
  })

  test('a lease belongs to the caller that took it, and to no other', async () => {
    const pointers = createRunPointerStore(table())
    const run = { kind: 'session', accountId: 'acme', generation: 'owner-key', id: fresh() } as const
    const free = await pointers.get(run)
    const leaseId = await pointers.takeLease(run, free, NOW_MS)
    expect(leaseId).toBeTypeOf('string')
    expect(await pointers.takeLease(run, free, NOW_MS)).toBeUndefined()
    await pointers.pointTo(
      run,
      String(leaseId),
      { watchId: 'w', observedFromMs: NOW_MS, seenInvalidations: 0 },
      NOW_MS,
    )
    const pointed = await pointers.get(run)
    expect(pointed).toMatchObject({ watchId: 'w', leaseUntilMs: 0 })
    await pointers.invalidate(run, NOW_MS)
    expect((await pointers.get(run)).invalidations).not.toBe(pointed.seenInvalidations)
  })

  test('a watch begins, goes on and ends by the writer that was told so, and by no other', async () => {
    const watches = createWatchStore(table())
    const turn = turnOf({ watchId: fresh() })
    const began = transition(undefined, { type: 'start', turn }, NOW_MS)
    if (began === null) throw new Error('no start')
    expect(await watches.persist(began)).toBe(true)
    expect(await watches.persist(began)).toBe(false)
    const polled = transition(began.after, { type: 'observe', turn: { ...began.after, polls: 1 } }, NOW_MS)
    const ended = transition(began.after, { type: 'finish', turn: began.after }, NOW_MS)
    if (polled === null || ended === null) throw new Error('no transition')
    expect(await watches.persist(polled)).toBe(true)
    expect(await watches.persist(ended)).toBe(true)
    expect(await watches.persist(ended)).toBe(false)
    await watches.markEventSent(turn.watchId)
    expect(await watches.get(turn.watchId)).toMatchObject({ outcome: 'finished', event: 'sent' })
  })

  test('a task is created, cancelled and closed', async () => {
    const tasks = createTaskStore(table())
    const run = { kind: 'session', accountId: 'acme', generation: 'owner-key', id: 's' } as const
    const id = await tasks.create({
      connectorId: 'c',
      tool: 't',
      run,
      watchId: 'w',
      createdAtMs: NOW_MS,
      cancelledAtMs: null,
      closedJson: null,
      extra: {},
    })
    await tasks.cancel(id, NOW_MS)
    await tasks.close(id, '{}')
    expect(await tasks.get(id)).toMatchObject({ cancelledAtMs: NOW_MS, closedJson: '{}' })
  })
})

describe('administration', () => {
  const table = () => createTable({ tableName: TABLE_NAME, client: new DynamoDBClient({}) })
  const times = { created_by: 'a', created_at: '2026-11-22T12:00:00Z', updated_at: '2026-11-22T12:00:00Z' }

  function connectorOf(id: string) {
    const config = {
      methods: [],
      tags: [],
      tool_exposure: 'all',
      require_api_token_auth: false,
      max_result_characters: 48_000,
    } as const
    const record = {
      id,
      name: 'n',
      account_id: 'acme',
      config: { ...config, methods: [], tags: [] },
      disabled: false,
      expires_at: null,
      last_used_at: null,
      last_used_from: null,
      revoked_at: null,
      ...times,
    }
    return { record, secretHash: fresh(), version: 1 }
  }

  test('a connector is created, changed and rotated without a conflict, and a stale change still conflicts', async () => {
    const connectors = createConnectorStore(table())
    const connector = connectorOf(`${fresh()}`.padEnd(16, 'x'))
    await connectors.create(connector)
    await expect(connectors.create({ ...connector, secretHash: fresh() })).rejects.toMatchObject({
      code: 'conflict',
    })
    const renamed = await connectors.update(connector, {
      ...connector,
      record: { ...connector.record, name: 'm' },
    })
    const rotated = await connectors.update(renamed, { ...renamed, secretHash: fresh() })
    expect(rotated.version).toBe(3)
    await expect(connectors.update(renamed, { ...renamed })).rejects.toMatchObject({ code: 'conflict' })
    await expect(connectors.update(renamed, { ...renamed, secretHash: fresh() })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('an API token is created and revoked', async () => {
    const tokens = createApiTokenStore(table())
    const id = fresh().padEnd(16, 'y')
    const record = {
      id,
      name: 'n',
      scopes: ['admin' as const],
      expires_at: null,
      created_by: 'a',
      accounts: null,
      connectors: null,
      parent_id: null,
      created_at: times.created_at,
      last_used_at: null,
      revoked_at: null,
    }
    await tokens.create({ record, secretHash: fresh(), ancestors: [] })
    expect((await tokens.revoke(id, NOW_MS)).revoked_at).not.toBeNull()
    expect((await tokens.find(id))?.record.revoked_at).not.toBeNull()
  })

  test('a tool group is put, changed and removed, and a stale change still conflicts', async () => {
    const groups = createToolGroupStore(table())
    const record = { account_id: 'acme', name: fresh(), tools: ['a'], tags: [], ...times }
    const stored = await groups.put(record, undefined)
    const changed = await groups.put({ ...record, tools: ['b'] }, stored)
    await expect(groups.put({ ...record, tools: ['c'] }, stored)).rejects.toMatchObject({ code: 'conflict' })
    await groups.registerUse('acme', record.name, 'c1')
    expect(await groups.users('acme', record.name)).toEqual(['c1'])
    await groups.remove(changed, times.updated_at, 1)
    expect(await groups.find('acme', record.name)).toBeUndefined()
  })

  test('an account is put and removed', async () => {
    const accounts = createAccountStore(table())
    const id = fresh()
    expect(await accounts.put({ id, actor: 'a', nowMs: NOW_MS })).toMatchObject({ id, state: 'ready' })
    await accounts.remove(id, NOW_MS)
    await expect(accounts.get(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('an audit entry is written once, with its outcome', async () => {
    const audit = createAudit({ table: table(), now: () => NOW_MS })
    const account_id = fresh()
    const subject = { actor: 'a', action: 'account.put', account_id, target: 't', detail: {} } as const
    await audit.recorded(subject, async () => undefined)
    const { entries } = await audit.list(account_id, { limit: 10 })
    expect(entries.map(({ outcome }) => outcome)).toEqual(['done'])
  })

  test('every acknowledgement above was lost', () => {
    expect(proxy.failures()).toBeGreaterThan(30)
  })
})

test('a write whose every answer is lost counts as applied once the item shows it', async () => {
  proxy.inject(({ isWrite }) => (isWrite ? 'loseAnswer' : undefined))
  const starts = createStartStore(createTableReader({ tableName: TABLE_NAME }))
  const claim = await starts.claim(fresh(), { fingerprint: 'f', runId: null, settledMs: 1 }, NOW_MS)
  expect(claim.isFirst).toBe(true)
})
