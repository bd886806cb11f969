/** Watches in the table. Every write is conditional, so that two pollers, or two callers, never overwrite each other. */
import type { Item } from '../../aws/attribute-value.ts'
import { newWriteId } from '../../aws/conditional-write.ts'
import type { ItemUpdate, TableReader } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { ItemsBeside } from './wait-request.ts'
import type { Watch } from './watch.ts'
import { watchFromItem, watchKey, watchToItem } from './watch-item.ts'
import type { Transition } from './watch-machine.ts'

export interface WatchStore {
  /** The stored watch, strongly consistent; undefined: this turn was never watched, or ended long ago. */
  get(watchId: string): Promise<Watch | undefined>
  /** The same, with other items in one read. */
  getBeside(watchId: string, beside: ItemsBeside): Promise<Watch | undefined>
  /** Writes `after` in place of `before`. False: another writer was first; nothing was written. */
  persist(change: Pick<Transition, 'before' | 'after'>): Promise<boolean>
  /** Records that the event of the watch's end has been sent. */
  markEventSent(watchId: string): Promise<void>
}

export function createWatchStore(table: TableReader): WatchStore {
  return {
    async get(watchId) {
      const item = await table.getItem(watchKey(watchId), { consistent: true })
      return item === undefined ? undefined : watchFromItem(item)
    },

    async getBeside(watchId, { keys, onItems }) {
      const [item, ...others] = await table.getItems([watchKey(watchId), ...keys])
      onItems(others)
      return item === undefined ? undefined : watchFromItem(item)
    },

    persist({ before, after }) {
      // Later writes of the same attempt leave `attempt_id`, so that its starter recognizes it after any of them.
      const proof = { [before?.attempt === after.attempt ? 'write_id' : 'attempt_id']: newWriteId() }
      const update = writeAll({ ...watchToItem(after), ...proof }, conditionOf(before, after))
      return table.updateItem(watchKey(after.watchId), { ...update, proof })
    },

    async markEventSent(watchId) {
      await table.updateItem(watchKey(watchId), {
        expression: `SET #event = :sent REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`,
        condition: '#event = :pending',
        names: { '#event': 'event' },
        values: { ':sent': 'sent', ':pending': 'pending' },
        proof: 'repeatable',
      })
    },
  }
}

interface Condition {
  text: string
  names?: Record<string, string>
  values?: ItemUpdate['values']
}

/**
 * A first watch needs a free key, a new attempt the attempt that it replaces, and a poller's own change that nobody
 * replaced it and no end is recorded.
 */
function conditionOf(before: Watch | undefined, after: Watch): Condition {
  if (before === undefined) return { text: 'attribute_not_exists(pk)' }
  const isSameAttempt = before.attempt === after.attempt
  return {
    text: `#attempt = :attempt_before${isSameAttempt ? ' AND #outcome = :open' : ''}`,
    names: { '#attempt': 'attempt', ...(isSameAttempt && { '#outcome': 'outcome' }) },
    // A null is a value to DynamoDB, so it is compared as one.
    values: { ':attempt_before': before.attempt, ...(isSameAttempt && { ':open': null }) },
  }
}

/** An update that sets all of these attributes, and takes the item off the list when it has no place there. */
function writeAll(item: Item, condition: Condition): Omit<ItemUpdate, 'proof'> {
  const names: Record<string, string> = { ...condition.names }
  const values: NonNullable<ItemUpdate['values']> = { ...condition.values }
  const assignments = Object.entries(item).map(([name, value]) => {
    names[`#${name}`] = name
    values[`:${name}`] = value
    return `#${name} = :${name}`
  })
  const isListed = TABLE.listPartitionKey in item
  const remove = isListed ? '' : ` REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`
  return { expression: `SET ${assignments.join(', ')}${remove}`, condition: condition.text, names, values }
}
