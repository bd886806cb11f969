/** The sandbox and Gumloop as two accounts of a data folder that an earlier version used for both. */
import { beforeEach, expect, test } from 'vitest'
import { createLogFileReader } from '../../../bin/server/log-file-reader.ts'
import { separateSandbox } from '../../../bin/server/separate-sandbox.ts'
import type { LocalServerAccountId } from '../../../lambda/accounts/account.ts'
import { type AccountStore, createAccountStore } from '../../../lambda/accounts/account-store.ts'
import { type Administration, createAdministration } from '../../../lambda/admin/administration.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import type { Table } from '../../../lambda/aws/table-access.ts'
import { catalogFilter } from '../../../lambda/handlers/admin-wiring.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')
let dynalite: DynaliteTable
let table: Table
let accounts: AccountStore
let administration: Administration
beforeEach(async () => {
  dynalite = await startDynaliteTable()
  table = createTable({ tableName: TABLE_NAME })
  accounts = createAccountStore(table)
  administration = createAdministration({
    table,
    filter: catalogFilter(),
    connectorBaseUrl: 'http://localhost:1',
    now: () => NOW_MS,
    logs: createLogFileReader('no-such-file'),
  })
  return () => dynalite.close()
})

function separate(served: LocalServerAccountId, hasSandboxData: boolean) {
  return separateSandbox({
    table,
    accounts,
    connectors: administration.connectors,
    served,
    hasSandboxData,
    nowMs: NOW_MS,
  })
}

/** As the first version left it: connectors of `local`, one of them with a tool group. */
async function olderFolder(connectors: number): Promise<string[]> {
  await accounts.put({ id: 'local', actor: 'local-server', nowMs: NOW_MS })
  await administration.toolGroups.put('local', 'mine', { tags: ['flows'] }, 'local-server')
  const made: string[] = []
  for (let index = 0; index < connectors; index++) {
    const input = { name: `c${index}`, config: index === 0 ? { tags: ['mine'] } : {} }
    made.push((await administration.connectors.create('local', input, 'local-server')).id)
  }
  return made.sort()
}

async function connectorsOf(account: string): Promise<{ id: string; revoked_at: string | null }[]> {
  const { result } = await administration.connectors.list(account, { limit: '100' })
  return result.sort((a, b) => (a.id < b.id ? -1 : 1))
}

const shown = async () => (await accounts.list({ limit: 10 })).accounts.map(({ id }) => id)

test('a start with a key revokes the connectors of a folder whose sandbox was used, once', async () => {
  const old = await olderFolder(3)
  expect(await separate('local', true)).toBe(3)
  const connectors = await connectorsOf('local')
  expect(connectors.map(({ id }) => id)).toEqual(old)
  expect(connectors.every(({ revoked_at }) => revoked_at !== null)).toBe(true)
  expect(await shown()).toEqual(['local'])

  const { id } = await administration.connectors.create('local', { name: 'later' }, 'local-server')
  expect(await separate('local', true)).toBe(0)
  expect((await connectorsOf('local')).find(connector => connector.id === id)?.revoked_at).toBe(null)
})

test("a start without a key makes them the sandbox's, with their tool groups; a later key reaches none", async () => {
  const old = await olderFolder(2)
  expect(await separate('sandbox', true)).toBe(0)
  expect((await connectorsOf('sandbox')).map(({ id }) => id)).toEqual(old)
  expect((await administration.toolGroups.list('sandbox', {})).result).toMatchObject([{ name: 'mine' }])
  expect(await shown()).toEqual(['sandbox'])

  expect(await separate('local', true)).toBe(0)
  expect((await connectorsOf('sandbox')).every(({ revoked_at }) => revoked_at === null)).toBe(true)
  expect(await connectorsOf('local')).toEqual([])
  expect(await shown()).toEqual(['local'])
})

test('a folder that was only used with a key keeps its connectors', async () => {
  const old = await olderFolder(2)
  expect(await separate('local', false)).toBe(0)
  expect(await separate('sandbox', true)).toBe(0)
  expect(await separate('local', true)).toBe(0)
  const connectors = await connectorsOf('local')
  expect(connectors.map(({ id, revoked_at }) => [id, revoked_at])).toEqual(old.map(id => [id, null]))
})
