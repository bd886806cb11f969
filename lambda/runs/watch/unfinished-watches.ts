/** The turns that are being watched, and the ends whose event has not been sent. */
import type { Item } from '../../aws/attribute-value.ts'
import type { Table } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { Watch } from './watch.ts'
import { UNSENT_LIST_PARTITION, WATCH_LIST_PARTITION, watchFromItem } from './watch-item.ts'

const PAGE = 100
/** Of one sweep; the next one takes the rest. */
const UNSENT_PER_SWEEP = 10

type Lists = Pick<Table, 'query'>
/** Called with the key of an item that is no watch of this version; it is left out. */
type OnUnreadable = (key: string) => void

/** What a server that starts again resumes: oldest first, unsent ends before the open watches. */
export async function unfinishedWatches(table: Lists, onUnreadable: OnUnreadable): Promise<Watch[]> {
  const found: Watch[] = []
  for (const partition of [UNSENT_LIST_PARTITION, WATCH_LIST_PARTITION]) {
    let startKey = {}
    for (;;) {
      const { items, isCut } = await page(table, partition, PAGE, startKey)
      found.push(...items.flatMap(item => readable(item, onUnreadable)))
      const last = items.at(-1)
      if (!isCut || last === undefined) break
      const names = [TABLE.partitionKey, TABLE.sortKey, TABLE.listPartitionKey, TABLE.listSortKey]
      startKey = { startKey: Object.fromEntries(names.map(name => [name, last[name] ?? ''])) }
    }
  }
  return found
}

/** The oldest ends of before `endedBeforeMs` whose event has not been sent: their own pollers have had the time to. */
export async function unsentEnds(
  table: Lists,
  endedBeforeMs: number,
  onUnreadable: OnUnreadable,
): Promise<Watch[]> {
  const { items } = await page(table, UNSENT_LIST_PARTITION, UNSENT_PER_SWEEP, {})
  return items
    .flatMap(item => readable(item, onUnreadable))
    .filter(({ event, endedAtMs }) => event === 'pending' && (endedAtMs ?? 0) < endedBeforeMs)
}

function page(table: Lists, partition: string, limit: number, start: { startKey?: Item }) {
  return table.query({ partition, index: 'list', limit, newestFirst: false, ...start })
}

function readable(item: Item, onUnreadable: OnUnreadable): Watch[] {
  try {
    return [watchFromItem(item)]
  } catch {
    onUnreadable(String(item[TABLE.partitionKey]))
    return []
  }
}
