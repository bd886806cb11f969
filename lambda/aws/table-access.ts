/** What the rooms to the right may ask of the table. Two readers keep this contract: `table-reader.ts` and `table.ts`. */
import type { Item, Value } from './attribute-value.ts'

export interface ItemKey {
  pk: string
  sk: string
}

/** An update of one existing item, carried out only where `condition` holds. Must bear being carried out twice. */
export interface ItemUpdate {
  /** DynamoDB's UpdateExpression. */
  expression: string
  /** DynamoDB's ConditionExpression. */
  condition: string
  /** `#name` → attribute, for names that DynamoDB reserves. */
  names?: Record<string, string>
  /** `:value` → value. */
  values?: Record<string, Value>
}

export interface TableReader {
  /** The item under this key, or undefined. `consistent`: sees every write that was answered before (1 read unit). */
  getItem(key: ItemKey, options: { consistent: boolean }): Promise<Item | undefined>
  /** True when the update was carried out, false when its condition did not hold. */
  updateItem(key: ItemKey, update: ItemUpdate): Promise<boolean>
}

/** What a query found, in the order of its index. */
export interface QueryResult {
  items: Item[]
  /** True: there may be more, after the last of these. */
  isCut: boolean
}

export interface TableQuery {
  /** Value of the list index's partition key, or of the table's when `index` is `table`. */
  partition: string
  index: 'list' | 'table'
  limit: number
  newestFirst: boolean
  /** Keys of the item after which to start. */
  startKey?: Item
}

export interface Table extends TableReader {
  /** Writes an item under a key that is still free. False: it was taken, nothing was written. */
  insertItem(item: Item): Promise<boolean>
  /**
   * One page of the items in a partition. The table itself is read consistently; the list index lags behind writes by
   * a moment.
   */
  query(query: TableQuery): Promise<QueryResult>
}
