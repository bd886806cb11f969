/** Items of a batch read, which DynamoDB returns in any order. Pure. */
import { TABLE } from '../shared/names.ts'
import type { Item } from './attribute-value.ts'
import type { ItemKey } from './table-access.ts'

/** `found` in the order of `keys`; undefined where there is no item. */
export function inOrder(keys: readonly ItemKey[], found: readonly Item[]): (Item | undefined)[] {
  return keys.map(({ pk, sk }) =>
    found.find(item => item[TABLE.partitionKey] === pk && item[TABLE.sortKey] === sk),
  )
}
