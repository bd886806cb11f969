/** Stores tool groups in the table, and which connectors use them. */
import type { Item } from '../aws/attribute-value.ts'
import { newWriteId } from '../aws/conditional-write.ts'
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { Table } from '../aws/table-access.ts'
import { TABLE } from '../shared/names.ts'
import { concurrentChange } from './concurrent-change.ts'
import type { StoredToolGroup, ToolGroupRecord } from './tool-group.ts'
import { isToolGroupName } from './tool-group.ts'
import {
  toolGroupFromItem,
  toolGroupKey,
  toolGroupListPartition,
  toolGroupPartition,
  toolGroupToItem,
  toolGroupUseKey,
  usedBy,
} from './tool-group-item.ts'

export interface ToolGroupStore {
  /** The group as it is now, or undefined. */
  find(accountId: string, name: string): Promise<StoredToolGroup | undefined>
  /** The account's groups, sorted by name. */
  list(
    accountId: string,
    page: PageRequest,
  ): Promise<{ groups: ToolGroupRecord[]; nextCursor: string | null }>
  /** Writes the group on top of `before` (undefined: a new group). Throws `conflict` if it has changed since. */
  put(record: ToolGroupRecord, before: StoredToolGroup | undefined): Promise<StoredToolGroup>
  /** Hides the group from every response; its item is deleted a year later. Throws `conflict` as `put` does. */
  remove(before: StoredToolGroup, removedAt: string, ttlSeconds: number): Promise<void>
  /** Registers that a connector is going to use the group. Call it before writing the connector. */
  registerUse(accountId: string, name: string, connectorId: string): Promise<void>
  /** Ids of all connectors that were ever registered: a superset of those that use it now. */
  users(accountId: string, name: string): Promise<string[]>
}

const REMOVED_AT = 'removed_at'
const PAGE_ITEMS = 100
const MAX_ACCOUNT_ID_CHARACTERS = 63

export function createToolGroupStore(table: Table): ToolGroupStore {
  async function read(accountId: string, name: string): Promise<Item | undefined> {
    return table.getItem(toolGroupKey(accountId, name), { consistent: true })
  }

  async function change(
    before: StoredToolGroup,
    assignments: string,
    names: Record<string, string>,
    values: Item,
  ): Promise<void> {
    const { account_id, name } = before.record
    const writeId = newWriteId()
    const applied = await table.updateItem(toolGroupKey(account_id, name), {
      expression: `SET write_id = :write_id, ${assignments}`,
      condition: 'attribute_exists(pk) AND #version = :before',
      names: { '#version': 'version', ...names },
      values: { ':before': before.version, ':write_id': writeId, ...values },
      proof: { write_id: writeId },
    })
    if (!applied) throw concurrentChange('tool group')
  }

  return {
    async find(accountId, name) {
      // Both are part of the key, whose length is limited.
      const canExist = isToolGroupName(name) && accountId.length <= MAX_ACCOUNT_ID_CHARACTERS
      const item = canExist ? await read(accountId, name) : undefined
      return item === undefined || item[REMOVED_AT] !== undefined ? undefined : toolGroupFromItem(item)
    },

    async list(accountId, page) {
      const range = {
        partition: toolGroupListPartition(accountId),
        index: 'list',
        newestFirst: false,
      } as const
      const { items, nextCursor } = await listPage(table, { ...range, kind: 'toolGroup' }, page)
      return { groups: items.map(item => toolGroupFromItem(item).record), nextCursor }
    },

    async put(record, before) {
      const removed = before === undefined ? await read(record.account_id, record.name) : undefined
      const base = before ?? (removed === undefined ? undefined : toolGroupFromItem(removed))
      if (base === undefined) {
        const stored = { record, version: 1 }
        const writeId = newWriteId()
        const item = { ...toolGroupToItem(stored), write_id: writeId }
        if (!(await table.insertItem(item, { write_id: writeId }))) throw concurrentChange('tool group')
        return stored
      }
      // A removed group's version is continued, so that an old copy of it never looks newer than the new group.
      const stored = { record, version: base.version + 1 }
      const item = toolGroupToItem(stored)
      const written = Object.keys(item).filter(
        name => name !== TABLE.partitionKey && name !== TABLE.sortKey && name !== 'version',
      )
      await change(
        base,
        `#version = :version, ${written.map(name => `#${name} = :${name}`).join(', ')} REMOVE #removed, #ttl`,
        {
          '#removed': REMOVED_AT,
          '#ttl': TABLE.timeToLive,
          ...Object.fromEntries(written.map(name => [`#${name}`, name])),
        },
        {
          ':version': stored.version,
          ...Object.fromEntries(written.map(name => [`:${name}`, item[name] ?? null])),
        },
      )
      return stored
    },

    async remove(before, removedAt, ttlSeconds) {
      await change(
        before,
        '#version = :version, #removed = :now, #ttl = :ttl REMOVE #list, #position',
        {
          '#removed': REMOVED_AT,
          '#ttl': TABLE.timeToLive,
          '#list': TABLE.listPartitionKey,
          '#position': TABLE.listSortKey,
        },
        { ':version': before.version + 1, ':now': removedAt, ':ttl': ttlSeconds },
      )
    },

    async registerUse(accountId, name, connectorId) {
      const { pk, sk } = toolGroupUseKey(accountId, name, connectorId)
      await table.insertItem({ [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk }, 'repeatable')
    },

    async users(accountId, name) {
      const ids: string[] = []
      const range = { partition: toolGroupPartition(accountId, name), index: 'table' } as const
      let startKey: Item | undefined
      do {
        const { items, isCut } = await table.query({
          ...range,
          limit: PAGE_ITEMS,
          newestFirst: false,
          ...(startKey === undefined ? {} : { startKey }),
        })
        ids.push(...items.flatMap(item => usedBy(item) ?? []))
        startKey = isCut ? keyOf(items.at(-1)) : undefined
      } while (startKey !== undefined)
      return ids
    },
  }
}

function keyOf(item: Item | undefined): Item | undefined {
  const pk = item?.[TABLE.partitionKey]
  const sk = item?.[TABLE.sortKey]
  return pk === undefined || sk === undefined ? undefined : { [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk }
}
