/** Stores connectors in the table. A change is written only on top of the version that it is based on. */
import type { Value } from '../aws/attribute-value.ts'
import { newWriteId } from '../aws/conditional-write.ts'
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { Table } from '../aws/table-access.ts'
import { AppError } from '../shared/errors.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import { concurrentChange } from './concurrent-change.ts'
import type { ConnectorRecord, StoredConnector } from './connector.ts'
import {
  connectorFromItem,
  connectorKey,
  connectorListPartition,
  connectorToItem,
  readableConnector,
} from './connector-item.ts'
import { isId } from './token.ts'

export interface ConnectorPage {
  connectors: ConnectorRecord[]
  /** Ids of those that this version cannot read and nobody has revoked. */
  unreadable: string[]
  /** Null on the last page. */
  nextCursor: string | null
}

export interface ConnectorStore {
  /** Writes a new connector. Throws `conflict` if its id exists. */
  create(connector: StoredConnector): Promise<void>
  /** The account's connector as it is now. Throws `not_found`, also for a connector of another account. */
  get(accountId: string, id: string): Promise<StoredConnector>
  /** The connector as it is now, of whichever account, or undefined. */
  find(id: string): Promise<StoredConnector | undefined>
  /** The account's connectors, newest first; new ones may take a second to appear. */
  list(accountId: string, page: PageRequest): Promise<ConnectorPage>
  /** Revokes a connector that this version cannot read, by its key alone. Nothing for one of another account. */
  revokeUnreadable(accountId: string, id: string, revokedAt: string): Promise<void>
  /**
   * Writes what an administrator may change in `next`, on top of `before`. Throws `conflict`, and writes nothing, if
   * the connector has changed since `before` was read. `last_used_at` is not touched.
   */
  update(before: StoredConnector, next: StoredConnector): Promise<StoredConnector>
}

/** Attributes that `update` writes: all except identity, creation and last use. */
const CHANGEABLE = [
  'name',
  'config',
  'disabled',
  'expires_at',
  'updated_at',
  'revoked_at',
  'secret_sha256',
  'previous_secret_sha256',
  'previous_secret_valid_until_ms',
  'tool_groups',
  TABLE.timeToLive,
]

export function createConnectorStore(table: Table): ConnectorStore {
  async function find(id: string): Promise<StoredConnector | undefined> {
    const item = isId(id) ? await table.getItem(connectorKey(id), { consistent: true }) : undefined
    return item === undefined ? undefined : connectorFromItem(item)
  }

  return {
    find,

    async create(connector) {
      const item = connectorToItem(connector)
      if (!(await table.insertItem(item, { secret_sha256: connector.secretHash }))) {
        throw new AppError('conflict', 'A connector with this id already exists. Try again.')
      }
    },

    async get(accountId, id) {
      const found = await find(id)
      if (found?.record.account_id !== accountId) {
        throw new AppError('not_found', `Account ${accountId} has no connector ${id}.`)
      }
      return found
    },

    async list(accountId, page) {
      const range = {
        partition: connectorListPartition(accountId),
        index: 'list',
        newestFirst: true,
      } as const
      const { items, nextCursor } = await listPage(table, { ...range, kind: 'connector' }, page)
      const connectors: ConnectorRecord[] = []
      const unreadable: string[] = []
      for (const item of items) {
        const stored = readableConnector(item)
        if (stored) connectors.push(stored.record)
        else if (typeof item.revoked_at !== 'string')
          unreadable.push(String(item[TABLE.partitionKey]).slice(ITEM_PREFIX.connector.length))
      }
      return { connectors, unreadable, nextCursor }
    },

    async revokeUnreadable(accountId, id, revokedAt) {
      await table.updateItem(connectorKey(id), {
        expression: 'SET revoked_at = :now',
        condition: 'attribute_exists(pk) AND account_id = :account',
        values: { ':now': revokedAt, ':account': accountId },
        proof: 'repeatable',
      })
    },

    async update(before, next) {
      const written = { ...next, version: before.version + 1 }
      const item = connectorToItem(written)
      const writeId = newWriteId()
      const names: Record<string, string> = { '#version': 'version', '#write_id': 'write_id' }
      const values: Record<string, Value> = {
        ':before': before.version,
        ':version': written.version,
        ':write_id': writeId,
      }
      const set = ['#version = :version', '#write_id = :write_id']
      const remove: string[] = []
      for (const attribute of CHANGEABLE) {
        names[`#${attribute}`] = attribute
        const value = item[attribute]
        if (value === undefined) remove.push(`#${attribute}`)
        else {
          values[`:${attribute}`] = value
          set.push(`#${attribute} = :${attribute}`)
        }
      }
      const applied = await table.updateItem(connectorKey(before.record.id), {
        expression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
        condition: 'attribute_exists(pk) AND #version = :before',
        names,
        values,
        // A new secret is known to this writer alone, and stays when somebody changes the rest.
        proof:
          next.secretHash === before.secretHash ? { write_id: writeId } : { secret_sha256: next.secretHash },
      })
      if (!applied) throw concurrentChange('connector')
      return written
    },
  }
}
