/** The turns that are being watched, or whose event has not been sent: what a server that starts again resumes. */
import type { Table } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { Watch } from './watch.ts'
import { WATCH_LIST_PARTITION, watchFromItem } from './watch-item.ts'

const PAGE = 100

/** Oldest first. */
export async function unfinishedWatches(table: Pick<Table, 'query'>): Promise<Watch[]> {
  const found: Watch[] = []
  let startKey = {}
  for (;;) {
    const { items, isCut } = await table.query({
      partition: WATCH_LIST_PARTITION,
      index: 'list',
      limit: PAGE,
      newestFirst: false,
      ...startKey,
    })
    found.push(...items.map(watchFromItem))
    const last = items.at(-1)
    if (!isCut || last === undefined) return found
    const names = [TABLE.partitionKey, TABLE.sortKey, TABLE.listPartitionKey, TABLE.listSortKey]
    startKey = { startKey: Object.fromEntries(names.map(name => [name, last[name] ?? ''])) }
  }
}
