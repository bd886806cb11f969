/**
 * The API tokens from which another one descends: it was created with one of them, which may have been created with yet
 * another. It never outlives or outranks any of them, whatever its own item says: that is decided from their items
 * whenever it is used or shown, so that revoking one of them ends all its descendants at once.
 */
import type { Item } from '../aws/attribute-value.ts'
import type { ItemKey, TableReader } from '../aws/table-access.ts'
import {
  type ApiTokenRecord,
  type ApiTokenScope,
  apiTokenFromItem,
  apiTokenKey,
  type StoredApiToken,
} from './api-token.ts'

/** Reads before a use grow with it only for tokens of an earlier version, which store nothing but their parent. */
export const MAX_ANCESTORS = 8

/** What ancestors were read: keys and items in the same order, each with the ones before it as its own ancestors. */
export interface Ancestry {
  keys: readonly ItemKey[]
  items: readonly (Item | undefined)[]
}

/** Reads all ancestors consistently. @throws AppError `internal` when the table cannot be read. */
export async function readAncestors(
  { ancestors }: Pick<StoredApiToken, 'ancestors'>,
  table: Pick<TableReader, 'getItem'>,
): Promise<Ancestry> {
  let ancestry: Ancestry = { keys: [], items: [] }
  for (let wanted = ancestors; wanted.length > 0; ) {
    const keys = wanted.map(apiTokenKey)
    const items = await Promise.all(keys.map(key => table.getItem(key, { consistent: true })))
    ancestry = { keys: [...keys, ...ancestry.keys], items: [...items, ...ancestry.items] }
    const [oldest] = items
    wanted = oldest === undefined ? [] : apiTokenFromItem(oldest).ancestors
    // More of them were never allowed. One that is counted as missing ends the token.
    if (wanted.length + ancestry.keys.length > MAX_ANCESTORS) return { ...ancestry, items: [undefined] }
  }
  return ancestry
}

/**
 * The token as its ancestors let it be: revoked when the first of them was, expiring when the first of them does, with
 * the scopes that each of them may grant. An ancestor that no longer exists ended long ago.
 */
export function underAncestors(
  record: ApiTokenRecord,
  ancestors: readonly (Item | undefined)[],
): ApiTokenRecord {
  let { revoked_at, expires_at, scopes } = record
  for (const item of ancestors) {
    const above = item === undefined ? undefined : apiTokenFromItem(item).record
    revoked_at = earliest(revoked_at, above === undefined ? record.created_at : above.revoked_at)
    expires_at = earliest(expires_at, above?.expires_at ?? null)
    scopes = scopes.filter(scope => above !== undefined && mayGrant(above, scope))
  }
  return { ...record, revoked_at, expires_at, scopes }
}

/** An administrator may let others use connectors; nobody may grant more than they have. */
export function mayGrant({ scopes }: Pick<ApiTokenRecord, 'scopes'>, scope: ApiTokenScope): boolean {
  return scopes.includes(scope) || (scope === 'connect' && scopes.includes('admin'))
}

/** The earlier of two timestamps; null: never. */
export function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return Date.parse(other) < Date.parse(one) ? other : one
}
