import { afterAll, beforeAll, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import type { ConnectorRecord } from '../../../lambda/connectors/connector.ts'
import { createConnectorStore } from '../../../lambda/connectors/connector-store.ts'
import type { ReturnAfterSilence } from '../../../lambda/connectors/connector-use.ts'
import { NOW_MS, storeConnector } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'

let dynalite: DynaliteTable
beforeAll(async () => {
  dynalite = await startDynaliteTable()
})
afterAll(() => dynalite.close())

const DAY_MS = 86_400_000
const at = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

/** A connector, and calls with its token: what they reported, and the record after them. */
async function connector(over: Partial<ConnectorRecord>) {
  const table = createTable({ tableName: TABLE_NAME })
  const { record, token } = await storeConnector(table, over)
  const reader = createTableReader({ tableName: TABLE_NAME })
  return {
    async call(nowMs: number, network?: string, times = 1): Promise<ReturnAfterSilence[]> {
      const background: Promise<void>[] = []
      const returns: ReturnAfterSilence[] = []
      const deps = {
        table: reader,
        inBackground: (work: Promise<void>) => void background.push(work),
        onReturn: async (returned: ReturnAfterSilence) => void returns.push(returned),
      }
      const input = { pathToken: token, nowMs, network }
      const results = await Promise.all(Array.from({ length: times }, () => authenticate(input, deps)))
      expect(results.every(({ ok }) => ok)).toBe(true)
      await Promise.all(background)
      return returns
    },
    stored: async () => (await createConnectorStore(table).get('acme', record.id)).record,
    id: record.id,
  }
}

test('a call records its minute together with its network', async () => {
  const { call, stored } = await connector({})
  expect(await call(NOW_MS + 5_000, '203.0.113.0/24')).toEqual([])
  expect(await stored()).toMatchObject({ last_used_at: at(NOW_MS), last_used_from: '203.0.113.0/24' })
  await call(NOW_MS + 30_000, '198.51.100.0/24')
  expect(await stored()).toMatchObject({ last_used_at: at(NOW_MS), last_used_from: '203.0.113.0/24' })
  await call(NOW_MS + 60_000, '2001:db8:1::/48')
  expect(await stored()).toMatchObject({
    last_used_at: at(NOW_MS + 60_000),
    last_used_from: '2001:db8:1::/48',
  })
  // A network that is not known must not look like the one before.
  await call(NOW_MS + 120_000)
  expect(await stored()).toMatchObject({ last_used_at: at(NOW_MS + 120_000), last_used_from: null })
})

test('a use after 30 days of silence is reported once, however many calls come at once', async () => {
  const before = { last_used_at: at(NOW_MS - 30 * DAY_MS), last_used_from: '203.0.113.0/24' }
  const { call, stored, id } = await connector({ ...before, name: 'Old agent' })
  const returns = await call(NOW_MS + 1_000, '198.51.100.0/24', 20)
  expect(returns).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      connector_id: id,
      connector_name: 'Old agent',
      account_id: 'acme',
      used_at: at(NOW_MS + 1_000),
      used_from: '198.51.100.0/24',
      ...before,
      silent_days: 30,
    },
  ])
  expect(await stored()).toMatchObject({ last_used_at: at(NOW_MS), last_used_from: '198.51.100.0/24' })
  expect(await call(NOW_MS + 60_000, '198.51.100.0/24', 3)).toEqual([])
  // The next silence is another one.
  expect(await call(NOW_MS + 40 * DAY_MS)).toMatchObject([{ silent_days: 39, used_from: null }])
})

test.each([
  ['that was never used', null],
  ['that was used 29 days and 23 hours ago', at(NOW_MS - 30 * DAY_MS + 3_600_000)],
])('a connector %s does not come back', async (_, last_used_at) => {
  const { call, stored } = await connector({ last_used_at })
  expect(await call(NOW_MS, '203.0.113.0/24', 5)).toEqual([])
  expect((await stored()).last_used_at).toBe(at(NOW_MS))
})

test('a rejected call records and reports nothing', async () => {
  const last_used_at = at(NOW_MS - 90 * DAY_MS)
  const table = createTable({ tableName: TABLE_NAME })
  const { record, token } = await storeConnector(table, { last_used_at, disabled: true })
  const background: Promise<void>[] = []
  const deps = {
    table: createTableReader({ tableName: TABLE_NAME }),
    inBackground: (work: Promise<void>) => void background.push(work),
    onReturn: async () => expect.unreachable(),
  }
  expect(await authenticate({ pathToken: token, nowMs: NOW_MS }, deps)).toMatchObject({ ok: false })
  await Promise.all(background)
  const stored = await createConnectorStore(table).get('acme', record.id)
  expect(stored.record).toMatchObject({ last_used_at, last_used_from: null })
})
