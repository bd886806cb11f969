/** One page of a partition and the cursor of the next one: the paging of every admin list. */
import { ITEM_PREFIX, type ItemKind, TABLE } from '../shared/names.ts'
import type { Item } from './attribute-value.ts'
import { decodeCursor, encodeCursor } from './page-cursor.ts'
import type { Table, TableQuery } from './table-access.ts'

export interface PageRequest {
  limit: number
  /** `nextCursor` of the previous page. */
  cursor?: string
}

export interface ListRange extends Pick<TableQuery, 'partition' | 'index' | 'newestFirst'> {
  kind: ItemKind
}

/**
 * Throws `invalid_arguments` for a cursor that this list did not return. `nextCursor` is null on the last page.
 *
 * Items of another kind are left out: an item chooses its place in the list index by attributes, and functions that may
 * not write records of administration do write items with such attributes.
 */
export async function listPage(
  table: Pick<Table, 'query'>,
  { kind, ...range }: ListRange,
  { limit, cursor }: PageRequest,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const startKey = cursor === undefined ? {} : { startKey: decodeCursor(cursor, range) }
  // One item more than requested shows whether there is a next page, so that no page is empty.
  const { items, isCut } = await table.query({ ...range, limit: limit + 1, ...startKey })
  const page = items.slice(0, limit)
  const last = page.at(-1)
  const hasMore = isCut || items.length > limit
  const isOfKind = (item: Item) => String(item[TABLE.partitionKey]).startsWith(ITEM_PREFIX[kind])
  return {
    items: page.filter(isOfKind),
    nextCursor: hasMore && last !== undefined ? encodeCursor(last) : null,
  }
}
