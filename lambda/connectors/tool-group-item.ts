/** Groups of tools as items of the table, and back. Pure; see docs/storage-schema.md. */
import type { Item, Value } from '../aws/attribute-value.ts'
import type { ItemKey } from '../aws/table-access.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import type { StoredToolGroup, ToolGroupCopies, ToolGroupDefinition } from './tool-group.ts'

/** Partition that holds a group and, beside it, who uses it: both are read together, and consistently. */
export function toolGroupPartition(accountId: string, name: string): string {
  return `${ITEM_PREFIX.toolGroup}${accountId}#${name}`
}

export function toolGroupKey(accountId: string, name: string): ItemKey {
  return { pk: toolGroupPartition(accountId, name), sk: 'TOOL_GROUP' }
}

/** The note that a connector uses the group, or did once. */
export function toolGroupUseKey(accountId: string, name: string, connectorId: string): ItemKey {
  return { pk: toolGroupPartition(accountId, name), sk: `${USE_PREFIX}${connectorId}` }
}

const USE_PREFIX = 'CONNECTOR#'

/** Id of the connector that such a note is about; undefined for other items. */
export function usedBy(item: Item): string | undefined {
  const position = item[TABLE.sortKey]
  return typeof position === 'string' && position.startsWith(USE_PREFIX)
    ? position.slice(USE_PREFIX.length)
    : undefined
}

/** Partition of the list index that holds an account's groups. */
export function toolGroupListPartition(accountId: string): string {
  return `TOOL_GROUPS#${accountId}`
}

export function toolGroupToItem({ record, version }: StoredToolGroup): Item {
  const { pk, sk } = toolGroupKey(record.account_id, record.name)
  return {
    [TABLE.partitionKey]: pk,
    [TABLE.sortKey]: sk,
    [TABLE.listPartitionKey]: toolGroupListPartition(record.account_id),
    [TABLE.listSortKey]: record.name,
    ...record,
    version,
  }
}

/** The group out of an item. Throws `internal` for an item that is not one. */
export function toolGroupFromItem(item: Item): StoredToolGroup {
  const { account_id, name, created_by, created_at, updated_at, version } = item
  const definition = definitionFrom(item)
  if (
    definition === undefined ||
    typeof account_id !== 'string' ||
    typeof name !== 'string' ||
    typeof created_by !== 'string' ||
    typeof created_at !== 'string' ||
    typeof updated_at !== 'string' ||
    typeof version !== 'number'
  ) {
    throw new AppError('internal', 'A group of tools in the table cannot be read. Put it again.')
  }
  return { record: { account_id, name, ...definition, created_by, created_at, updated_at }, version }
}

/** The copies that a connector's item holds; undefined when they cannot be read. */
export function copiesFrom(value: Value | undefined): ToolGroupCopies | undefined {
  if (value === undefined) return {}
  if (!isObject(value)) return undefined
  const copies: ToolGroupCopies = {}
  for (const [name, copy] of Object.entries(value)) {
    const definition = isObject(copy) ? definitionFrom(copy) : undefined
    const version = isObject(copy) ? copy.version : undefined
    if (definition === undefined || typeof version !== 'number') return undefined
    copies[name] = { ...definition, version }
  }
  return copies
}

function definitionFrom(map: { [name: string]: Value }): ToolGroupDefinition | undefined {
  const tools = texts(map.tools)
  const tags = texts(map.tags)
  return tools === undefined || tags === undefined ? undefined : { tools, tags }
}

function texts(value: Value | undefined): string[] | undefined {
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
}
