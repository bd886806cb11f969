/** How higher layers use the table. Two implementations: `table-reader.ts` (request path) and `table.ts`. */
import type { Item, Value } from './attribute-value.ts'

export interface ItemKey {
  pk: string
  sk: string
}

/**
 * How to recognize one's own write after its condition failed (`conditional-write.ts`).
 * - Attributes with values that only this write sets: the item is read back and compared.
 * - `own key`: the key contains enough fresh randomness that only this write can have created the item.
 * - `repeatable`: it makes no difference whose write was applied, or the condition still holds after the write.
 */
export type WriteProof = Readonly<Record<string, string | number>> | 'own key' | 'repeatable'

/** An update of one existing item, applied only if `condition` holds. Must be safe to execute twice. */
export interface ItemUpdate {
  /** DynamoDB's UpdateExpression. */
  expression: string
  /** DynamoDB's condition expression. */
  condition: string
  /** `#name` → attribute, for names that DynamoDB reserves. */
  names?: Record<string, string>
  /** `:value` → value. */
  values?: Record<string, Value>
  /** How the item shows that this very update was applied. */
  proof: WriteProof
}

export interface TableReader {
  /**
   * The item with this key, or undefined. `consistent`: sees every write that was acknowledged before (1 read unit).
   */
  getItem(key: ItemKey, options: { consistent: boolean }): Promise<Item | undefined>
  /** The items with these keys (different ones, at most 100), in their order, in one consistent read. */
  getItems(keys: readonly ItemKey[]): Promise<(Item | undefined)[]>
  /** True when the update was applied, also by an attempt whose answer was lost; false when its condition did not hold. */
  updateItem(key: ItemKey, update: ItemUpdate): Promise<boolean>
}

/** What a query found, in the order of its index. */
export interface QueryResult {
  items: Item[]
  /** True: there may be more after the last of these. */
  isCut: boolean
}

export interface TableQuery {
  /** Value of the list index's partition key, or of the table's when `index` is `table`. */
  partition: string
  index: 'list' | 'table'
  limit: number
  newestFirst: boolean
  /** Keys of the item to start after. */
  startKey?: Item
}

export interface Table extends TableReader {
  /**
   * Writes an item whose key does not exist yet. False: the key exists, and nothing was written.
   * @param proof how the item shows that this very request wrote it.
   */
  insertItem(item: Item, proof: WriteProof): Promise<boolean>
  /**
   * One page of the items in a partition. The table itself is read consistently; the list index is eventually
   * consistent.
   */
  query(query: TableQuery): Promise<QueryResult>
}
