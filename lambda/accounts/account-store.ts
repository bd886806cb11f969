/** Stores accounts in the table. Their credentials are stored elsewhere (`credentials.ts`). */
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { Table } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import { deletableAtSeconds } from '../shared/retention.ts'
import {
  ACCOUNT_LIST_PARTITION,
  type AccountRecord,
  accountFromItem,
  accountKey,
  accountToItem,
  isAccountId,
} from './account.ts'

export interface AccountStore {
  /** Records that credentials were stored: creates the account, or sets it back to `ready`. */
  put(change: { id: string; actor: string; nowMs: number }): Promise<AccountRecord>
  /** The account as it is now. Throws `not_found`. */
  get(id: string): Promise<AccountRecord>
  /** Accounts, sorted by name. */
  list(page: PageRequest): Promise<{ accounts: AccountRecord[]; nextCursor: string | null }>
  /** Hides the account from every response; its item is deleted a year later. Does nothing if it does not exist. */
  remove(id: string, nowMs: number): Promise<void>
}

/** Set on a removed account, which is no longer shown. Its item is deleted by its time to live. */
const REMOVED_AT = 'removed_at'
const LISTED = `${TABLE.listPartitionKey} = :list, ${TABLE.listSortKey} = :id`

export function createAccountStore(table: Table): AccountStore {
  async function find(id: string): Promise<AccountRecord | undefined> {
    const item = isAccountId(id) ? await table.getItem(accountKey(id), { consistent: true }) : undefined
    return item === undefined || item[REMOVED_AT] !== undefined ? undefined : accountFromItem(item)
  }

  async function get(id: string): Promise<AccountRecord> {
    const found = await find(id)
    if (found !== undefined) return found
    throw new AppError('not_found', `Account ${id} does not exist.`, {
      nextStep: `Store its Gumloop key to create it: gumloop-mcp account put --account ${id}`,
    })
  }

  return {
    get,

    async put({ id, actor, nowMs }) {
      const now = toTimestamp(nowMs)
      const renewed = await table.updateItem(accountKey(id), {
        expression: `SET #state = :ready, refused_at = :null, updated_at = :now, ${LISTED} REMOVE ${REMOVED_AT}, #ttl`,
        condition: 'attribute_exists(pk)',
        names: { '#state': 'state', '#ttl': TABLE.timeToLive },
        values: { ':ready': 'ready', ':null': null, ':now': now, ':list': ACCOUNT_LIST_PARTITION, ':id': id },
        proof: 'repeatable',
      })
      if (!renewed) {
        const record = {
          id,
          state: 'ready',
          refused_at: null,
          created_by: actor,
          created_at: now,
          updated_at: now,
        } as const
        // If the key exists by now, the same account was put concurrently, and it is ready as well.
        await table.insertItem(accountToItem(record), 'repeatable')
      }
      return get(id)
    },

    async list(page) {
      const range = { partition: ACCOUNT_LIST_PARTITION, index: 'list', newestFirst: false } as const
      const { items, nextCursor } = await listPage(table, { ...range, kind: 'account' }, page)
      return { accounts: items.map(accountFromItem), nextCursor }
    },

    async remove(id, nowMs) {
      await table.updateItem(accountKey(id), {
        expression: `SET ${REMOVED_AT} = :now, #ttl = :ttl REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`,
        condition: 'attribute_exists(pk)',
        names: { '#ttl': TABLE.timeToLive },
        values: {
          ':now': toTimestamp(nowMs),
          ':ttl': deletableAtSeconds(nowMs),
        },
        proof: 'repeatable',
      })
    },
  }
}
