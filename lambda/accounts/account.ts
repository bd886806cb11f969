/** An account: one named set of Gumloop credentials. The credentials themselves are stored elsewhere. Pure. */
import type { Item } from '../aws/attribute-value.ts'
import type { ItemKey } from '../aws/table-access.ts'
import { AppError } from '../shared/errors.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import { isRecordName } from '../shared/record-name.ts'

/** `needs_reauth`: Gumloop rejects the key, so an administrator has to store a new one. */
export type AccountState = 'ready' | 'needs_reauth'

/** An account as the API returns it, without its key. Times are RFC 3339 in UTC. */
export interface AccountRecord {
  id: string
  state: AccountState
  /** When Gumloop first rejected the current key; null while `ready`. */
  refused_at: string | null
  created_by: string
  created_at: string
  /** When the credentials were last stored. */
  updated_at: string
}

/** The accounts of the local server: with a Gumloop key, and with the sandbox. It serves one of them at a time. */
export const LOCAL_ACCOUNT_ID = 'local'
export const SANDBOX_ACCOUNT_ID = 'sandbox'
export type LocalServerAccountId = typeof LOCAL_ACCOUNT_ID | typeof SANDBOX_ACCOUNT_ID

export const ACCOUNT_LIST_PARTITION = 'ACCOUNTS'

/** True for a name that an account may have: part of a URL, of a secret's name and of keys in the table. */
export function isAccountId(text: string): boolean {
  return isRecordName(text)
}

export function accountKey(id: string): ItemKey {
  return { pk: `${ITEM_PREFIX.account}${id}`, sk: 'ACCOUNT' }
}

export function accountToItem(record: AccountRecord): Item {
  const { pk, sk } = accountKey(record.id)
  return {
    [TABLE.partitionKey]: pk,
    [TABLE.sortKey]: sk,
    [TABLE.listPartitionKey]: ACCOUNT_LIST_PARTITION,
    [TABLE.listSortKey]: record.id,
    id: record.id,
    state: record.state,
    refused_at: record.refused_at,
    created_by: record.created_by,
    created_at: record.created_at,
    updated_at: record.updated_at,
  }
}

/** The account in an item. Throws `internal` for an item that is not an account. */
export function accountFromItem(item: Item): AccountRecord {
  const { id, state, refused_at, created_by, created_at, updated_at } = item
  if (
    typeof id !== 'string' ||
    (state !== 'ready' && state !== 'needs_reauth') ||
    typeof created_by !== 'string' ||
    typeof created_at !== 'string' ||
    typeof updated_at !== 'string'
  ) {
    throw new AppError('internal', 'An account in the table cannot be read. Store its credentials again.')
  }
  return {
    id,
    state,
    refused_at: typeof refused_at === 'string' ? refused_at : null,
    created_by,
    created_at,
    updated_at,
  }
}
