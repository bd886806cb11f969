/** Accounts in the table: noted, found, listed, forgotten. Their credentials are not here (`credentials.ts`). */
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { Table } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import {
  ACCOUNT_LIST_PARTITION,
  type AccountRecord,
  accountFromItem,
  accountKey,
  accountToItem,
  isAccountId,
} from './account.ts'

export interface AccountStore {
  /** Notes that credentials were put: a new account, or an old one that is `ready` again. */
  put(change: { id: string; actor: string; nowMs: number }): Promise<AccountRecord>
  /** The account as it is now. Throws `not_found`. */
  get(id: string): Promise<AccountRecord>
  /** Accounts by name. */
  list(page: PageRequest): Promise<{ accounts: AccountRecord[]; nextCursor: string | null }>
  /** Takes the account out of every answer; the item goes a year later. Nothing happens when there is none. */
  remove(id: string, nowMs: number): Promise<void>
}

/** Set on an account that was removed: nobody is shown it any more, and nothing is ever deleted by hand. */
const REMOVED_AT = 'removed_at'
const KEPT_AFTER_REMOVAL_SECONDS = 365 * 86_400
const LISTED = `${TABLE.listPartitionKey} = :list, ${TABLE.listSortKey} = :id`

export function createAccountStore(table: Table): AccountStore {
  async function find(id: string): Promise<AccountRecord | undefined> {
    const item = isAccountId(id) ? await table.getItem(accountKey(id), { consistent: true }) : undefined
    return item === undefined || item[REMOVED_AT] !== undefined ? undefined : accountFromItem(item)
  }

  async function get(id: string): Promise<AccountRecord> {
    const found = await find(id)
    if (found !== undefined) return found
    throw new AppError('not_found', `There is no account ${id}.`, {
      nextStep: `Make it by storing its Gumloop key: gumloop-mcp account put --account ${id}`,
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
        // Taken meanwhile: somebody put the same account in the same moment, and it is ready too.
        await table.insertItem(accountToItem(record))
      }
      return get(id)
    },

    async list(page) {
      const range = { partition: ACCOUNT_LIST_PARTITION, index: 'list', newestFirst: false } as const
      const { items, nextCursor } = await listPage(table, range, page)
      return { accounts: items.map(accountFromItem), nextCursor }
    },

    async remove(id, nowMs) {
      await table.updateItem(accountKey(id), {
        expression: `SET ${REMOVED_AT} = :now, #ttl = :ttl REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`,
        condition: 'attribute_exists(pk)',
        names: { '#ttl': TABLE.timeToLive },
        values: { ':now': toTimestamp(nowMs), ':ttl': Math.floor(nowMs / 1000) + KEPT_AFTER_REMOVAL_SECONDS },
      })
    },
  }
}
