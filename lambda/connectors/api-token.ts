/**
 * An API token: authorizes administration over HTTP, or the use of a connector that requires more than its URL. Pure.
 */
import type { Item, Value } from '../aws/attribute-value.ts'
import type { ItemKey } from '../aws/table-access.ts'
import { AppError } from '../shared/errors.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import { isExpired } from './connector.ts'
import { timeToLiveSeconds } from './connector-item.ts'

/** `connect`: for connectors with `require_api_token_auth`. `admin`: for administration over HTTP. */
export type ApiTokenScope = 'connect' | 'admin'

/** An API token as the API returns it; the token itself is only in the response to its creation. */
export interface ApiTokenRecord {
  id: string
  name: string
  scopes: ApiTokenScope[]
  /**
   * Which connectors the scope `connect` is for: those of these accounts, and these. Both null: every connector that
   * requires an API token.
   */
  accounts: string[] | null
  connectors: string[] | null
  expires_at: string | null
  created_by: string
  /** Id of the API token that it was created with; null: it was created through IAM or by the local server. */
  parent_id: string | null
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
}

export interface StoredApiToken {
  record: ApiTokenRecord
  /** SHA-256 of the secret, hexadecimal. */
  secretHash: string
  /** Ids of the tokens that it descends from, its parent last (`api-token-ancestry.ts`). */
  ancestors: readonly string[]
}

export const API_TOKEN_LIST_PARTITION = 'API_TOKENS'

export function apiTokenKey(id: string): ItemKey {
  return { pk: `${ITEM_PREFIX.apiToken}${id}`, sk: 'API_TOKEN' }
}

export function apiTokenListPosition({ created_at, id }: Pick<ApiTokenRecord, 'created_at' | 'id'>): string {
  return `${created_at}#${id}`
}

/** True when the token has the scope and is neither expired nor revoked. */
export function mayUseScope(record: ApiTokenRecord, scope: ApiTokenScope, nowMs: number): boolean {
  return record.revoked_at === null && !isExpired(record, nowMs) && record.scopes.includes(scope)
}

/** True when the token may be used for this connector, as far as its lists say. */
export function isForConnector(
  { accounts, connectors }: Pick<ApiTokenRecord, 'accounts' | 'connectors'>,
  connector: { id: string; account_id: string },
): boolean {
  if (accounts === null && connectors === null) return true
  return accounts?.includes(connector.account_id) === true || connectors?.includes(connector.id) === true
}

export function apiTokenToItem({ record, secretHash, ancestors }: StoredApiToken): Item {
  const { pk, sk } = apiTokenKey(record.id)
  const item: Item = {
    [TABLE.partitionKey]: pk,
    [TABLE.sortKey]: sk,
    [TABLE.listPartitionKey]: API_TOKEN_LIST_PARTITION,
    [TABLE.listSortKey]: apiTokenListPosition(record),
    id: record.id,
    name: record.name,
    scopes: record.scopes,
    expires_at: record.expires_at,
    created_by: record.created_by,
    created_at: record.created_at,
    revoked_at: record.revoked_at,
    secret_sha256: secretHash,
  }
  if (ancestors.length > 0) item.ancestors = [...ancestors]
  if (record.accounts !== null) item.accounts = record.accounts
  if (record.connectors !== null) item.connectors = record.connectors
  if (record.last_used_at !== null) item.last_used_at = record.last_used_at
  const ttl = timeToLiveSeconds(record)
  if (ttl !== undefined) item[TABLE.timeToLive] = ttl
  return item
}

/** The API token in an item. Throws `internal` for an item that is not an API token. */
export function apiTokenFromItem(item: Item): StoredApiToken {
  const { id, name, scopes, created_by, created_at, secret_sha256: secretHash } = item
  const [accounts, connectors] = [idsOrNull(item.accounts), idsOrNull(item.connectors)]
  if (
    accounts === undefined ||
    connectors === undefined ||
    typeof id !== 'string' ||
    typeof name !== 'string' ||
    typeof created_by !== 'string' ||
    typeof created_at !== 'string' ||
    typeof secretHash !== 'string' ||
    !Array.isArray(scopes) ||
    !scopes.every(isScope)
  ) {
    throw new AppError(
      'internal',
      'An API token in the table cannot be read. Revoke it and create a new one.',
    )
  }
  const ancestors = ancestorsIn(item.ancestors, created_by)
  const record: ApiTokenRecord = {
    id,
    name,
    scopes,
    accounts,
    connectors,
    expires_at: textOrNull(item.expires_at),
    created_by,
    parent_id: ancestors.at(-1) ?? null,
    created_at,
    last_used_at: textOrNull(item.last_used_at),
    revoked_at: textOrNull(item.revoked_at),
  }
  return { record, secretHash, ancestors }
}

/** Items of an earlier version have no list; their creator says which token was used. */
function ancestorsIn(value: Value | undefined, createdBy: string): string[] {
  if (Array.isArray(value)) return value.map(String)
  const parent = /^api-token:([a-z0-9]{16})$/.exec(createdBy)?.[1]
  return parent === undefined ? [] : [parent]
}

/** Undefined for a list that cannot be read: it must not count as none, which opens everything. */
function idsOrNull(value: Value | undefined): string[] | null | undefined {
  if (value === undefined || value === null) return null
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
}

function isScope(value: Value): value is ApiTokenScope {
  return value === 'connect' || value === 'admin'
}

function textOrNull(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null
}
