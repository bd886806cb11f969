/** Tool groups ↔ items of the table (docs/storage-schema.md). Pure. */
import type { Item, Value } from '../aws/attribute-value.ts'
import type { ItemKey } from '../aws/table-access.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import type { StoredToolGroup, ToolGroupCopies, ToolGroupDefinition } from './tool-group.ts'

/** Partition with a group and the registrations of its users, so that both can be read consistently. */
export function toolGroupPartition(accountId: string, name: string): string {
  return `${ITEM_PREFIX.toolGroup}${accountId}#${name}`
}

export function toolGroupKey(accountId: string, name: string): ItemKey {
  return { pk: toolGroupPartition(accountId, name), sk: 'TOOL_GROUP' }
}

/** Key of the registration that a connector uses the group, or did once. */
export function toolGroupUseKey(accountId: string, name: string, connectorId: string): ItemKey {
  return { pk: toolGroupPartition(accountId, name), sk: `${USE_PREFIX}${connectorId}` }
}

const USE_PREFIX = ITEM_PREFIX.connector

/** Id of the connector in such a registration; undefined for other items. */
export function usedBy(item: Item): string | undefined {
  const position = item[TABLE.sortKey]
  return typeof position === 'string' && position.startsWith(USE_PREFIX)
    ? position.slice(USE_PREFIX.length)
    : undefined
}

/** Partition of the list index with an account's groups. */
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

/** The group in an item. Throws `internal` for an item that is not a group. */
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
    throw new AppError('internal', 'A tool group in the table cannot be read. Store it again.')
  }
  return { record: { account_id, name, ...definition, created_by, created_at, updated_at }, version }
}

/** The copies in a connector's item; undefined when they cannot be read. */
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
  const catalog_version = catalogVersionFrom(map.catalog_version)
  if (tools === undefined || tags === undefined || catalog_version === undefined) return undefined
  return { tools, tags, catalog_version }
}

/** A stored version of the catalog: 1 where none is stored, undefined for anything else that is no version. */
export function catalogVersionFrom(value: Value | undefined): number | undefined {
  if (value === undefined) return 1
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined
}

function texts(value: Value | undefined): string[] | undefined {
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
}
