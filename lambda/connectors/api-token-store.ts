/** Stores API tokens in the table. */
import type { Item } from '../aws/attribute-value.ts'
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { Table } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import {
  API_TOKEN_LIST_PARTITION,
  type ApiTokenRecord,
  apiTokenFromItem,
  apiTokenKey,
  apiTokenToItem,
  type StoredApiToken,
} from './api-token.ts'
import { readAncestors, underAncestors } from './api-token-ancestry.ts'
import { timeToLiveSeconds } from './connector-item.ts'
import { isId } from './token.ts'

export interface ApiTokenStore {
  /** Writes a new API token. Throws `conflict` if its id exists. */
  create(token: StoredApiToken): Promise<void>
  /** The API token as its own item says, or undefined. */
  find(id: string): Promise<StoredApiToken | undefined>
  /** API tokens, newest first, each as its ancestors let it be (`underAncestors`). */
  list(page: PageRequest): Promise<{ tokens: ApiTokenRecord[]; nextCursor: string | null }>
  /** Revokes with immediate effect, and with it every descendant; an already revoked token stays as it is. Throws `not_found`. */
  revoke(id: string, nowMs: number): Promise<ApiTokenRecord>
}

export function createApiTokenStore(table: Table): ApiTokenStore {
  async function find(id: string): Promise<StoredApiToken | undefined> {
    const item = isId(id) ? await table.getItem(apiTokenKey(id), { consistent: true }) : undefined
    return item === undefined ? undefined : apiTokenFromItem(item)
  }

  /** What its ancestors make of the token. */
  async function limited(item: Item, reader: Pick<Table, 'getItem'>): Promise<ApiTokenRecord> {
    const stored = apiTokenFromItem(item)
    return underAncestors(stored.record, (await readAncestors(stored, reader)).items)
  }

  return {
    find,

    async create(token) {
      const item = apiTokenToItem(token)
      if (!(await table.insertItem(item, { secret_sha256: token.secretHash }))) {
        throw new AppError('conflict', 'An API token with this id already exists. Try again.')
      }
    },

    async list(page) {
      const range = { partition: API_TOKEN_LIST_PARTITION, index: 'list', newestFirst: true } as const
      const { items, nextCursor } = await listPage(table, { ...range, kind: 'apiToken' }, page)
      // Tokens of one page often have the same ancestors.
      const reader = rememberingReader(table)
      return { tokens: await Promise.all(items.map(item => limited(item, reader))), nextCursor }
    },

    async revoke(id, nowMs) {
      const found = await find(id)
      if (found === undefined) throw new AppError('not_found', `API token ${id} does not exist.`)
      if (found.record.revoked_at !== null) return found.record
      const record = { ...found.record, revoked_at: toTimestamp(nowMs) }
      await table.updateItem(apiTokenKey(id), {
        expression: 'SET revoked_at = :now, #ttl = :ttl',
        condition: 'attribute_exists(pk) AND attribute_type(revoked_at, :null)',
        names: { '#ttl': TABLE.timeToLive },
        values: { ':now': record.revoked_at, ':ttl': timeToLiveSeconds(record) ?? 0, ':null': 'NULL' },
        proof: 'repeatable',
      })
      return record
    },
  }
}

/** Reads each item once. */
function rememberingReader(table: Pick<Table, 'getItem'>): Pick<Table, 'getItem'> {
  const known = new Map<string, Promise<Item | undefined>>()
  return {
    getItem(key, options) {
      const found = known.get(key.pk) ?? table.getItem(key, options)
      known.set(key.pk, found)
      return found
    },
  }
}
