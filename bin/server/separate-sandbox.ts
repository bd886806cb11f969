/**
 * Separates the sandbox from Gumloop in a data folder of an earlier version, where both were the account `local`: a
 * connector made for the sandbox would reach Gumloop once the server is started with a key.
 */
import {
  accountKey,
  LOCAL_ACCOUNT_ID,
  type LocalServerAccountId,
  SANDBOX_ACCOUNT_ID,
} from '../../lambda/accounts/account.ts'
import type { AccountStore } from '../../lambda/accounts/account-store.ts'
import type { ConnectorAdmin } from '../../lambda/admin/connector-admin.ts'
import type { Item } from '../../lambda/aws/attribute-value.ts'
import type { Table } from '../../lambda/aws/table-access.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import { connectorKey, connectorListPartition } from '../../lambda/connectors/connector-item.ts'
import { toolGroupListPartition, toolGroupPartition } from '../../lambda/connectors/tool-group-item.ts'
import { TABLE } from '../../lambda/shared/names.ts'

const PAGE_ITEMS = 100

export interface Separation {
  table: Table
  accounts: AccountStore
  connectors: Pick<ConnectorAdmin, 'list' | 'revoke'>
  /** The account that this start serves. */
  served: LocalServerAccountId
  /** The sandbox has been used with this data folder before. */
  hasSandboxData: boolean
  nowMs: number
}

/**
 * Makes the served account the only one that is shown. Where the folder is of an earlier version and the sandbox was
 * used with it, the connectors of `local` become the sandbox's, with their tool groups; a start with a key revokes
 * them, since they may have been made for the sandbox. That happens once: from then on the account `sandbox` exists.
 * @returns how many connectors were revoked.
 */
export async function separateSandbox(separation: Separation): Promise<number> {
  const { table, accounts, served, hasSandboxData, nowMs } = separation
  const isSeparated =
    (await table.getItem(accountKey(SANDBOX_ACCOUNT_ID), { consistent: true })) !== undefined
  const old = isSeparated || !hasSandboxData ? [] : await localConnectors(separation)
  const revoked = served === LOCAL_ACCOUNT_ID ? await revokeAll(old, separation) : 0
  if (served === SANDBOX_ACCOUNT_ID && old.length > 0) await moveToSandbox(old, table)
  const other = served === LOCAL_ACCOUNT_ID ? SANDBOX_ACCOUNT_ID : LOCAL_ACCOUNT_ID
  for (const id of new Set([served, SANDBOX_ACCOUNT_ID]))
    await accounts.put({ id, actor: 'local-server', nowMs })
  await accounts.remove(other, nowMs)
  return revoked
}

async function localConnectors({ connectors, accounts, nowMs }: Separation): Promise<ConnectorRecord[]> {
  // The list of an account without a connector is an error where the account does not exist.
  await accounts.put({ id: LOCAL_ACCOUNT_ID, actor: 'local-server', nowMs })
  const found: ConnectorRecord[] = []
  let cursor: string | null = null
  do {
    const query = { limit: String(PAGE_ITEMS), ...(cursor !== null && { cursor }) }
    const { result, next_cursor }: Awaited<ReturnType<ConnectorAdmin['list']>> = await connectors.list(
      LOCAL_ACCOUNT_ID,
      query,
    )
    found.push(...result)
    cursor = next_cursor
  } while (cursor !== null)
  return found
}

async function revokeAll(old: ConnectorRecord[], { connectors }: Separation): Promise<number> {
  const valid = old.filter(({ revoked_at }) => revoked_at === null)
  for (const { id } of valid) await connectors.revoke(LOCAL_ACCOUNT_ID, id, 'local-server')
  return valid.length
}

async function moveToSandbox(old: ConnectorRecord[], table: Table): Promise<void> {
  await copyToolGroups(table)
  for (const { id } of old) {
    await table.updateItem(connectorKey(id), {
      expression: `SET account_id = :sandbox, ${TABLE.listPartitionKey} = :list`,
      condition: 'attribute_exists(pk)',
      values: { ':sandbox': SANDBOX_ACCOUNT_ID, ':list': connectorListPartition(SANDBOX_ACCOUNT_ID) },
      proof: 'repeatable',
    })
  }
}

/** The groups of `local` stay as well: a definition of tools gives nobody access to anything. */
async function copyToolGroups(table: Table): Promise<void> {
  const groups = await table.query({
    partition: toolGroupListPartition(LOCAL_ACCOUNT_ID),
    index: 'list',
    ...FIRST_PAGE,
  })
  for (const { name } of groups.items) {
    const partition = toolGroupPartition(LOCAL_ACCOUNT_ID, String(name))
    const { items } = await table.query({ partition, index: 'table', ...FIRST_PAGE })
    for (const item of items) await table.insertItem(ofSandbox(item, String(name)), 'repeatable')
  }
}

const FIRST_PAGE = { limit: 1000, newestFirst: false } as const

function ofSandbox(item: Item, name: string): Item {
  return {
    ...item,
    [TABLE.partitionKey]: toolGroupPartition(SANDBOX_ACCOUNT_ID, name),
    ...(item.account_id !== undefined && {
      account_id: SANDBOX_ACCOUNT_ID,
      [TABLE.listPartitionKey]: toolGroupListPartition(SANDBOX_ACCOUNT_ID),
    }),
  }
}
