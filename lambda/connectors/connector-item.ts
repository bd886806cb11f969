/** A connector as the table holds it: keys, attributes and back (docs/storage-schema.md). Pure. */
import type { Item, Value } from '../aws/attribute-value.ts'
import type { ItemKey } from '../aws/table-access.ts'
import type { ToolExposure } from '../catalog/filter-rule.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import { deletableAtSeconds } from '../shared/retention.ts'
import {
  type ConnectorConfig,
  type ConnectorRecord,
  MAX_RESULT_CHARACTERS,
  type StoredConnector,
} from './connector.ts'
import { catalogVersionFrom, copiesFrom } from './tool-group-item.ts'

export function connectorKey(id: string): ItemKey {
  return { pk: `${ITEM_PREFIX.connector}${id}`, sk: 'CONNECTOR' }
}

/** Partition of the list index with an account's connectors. */
export function connectorListPartition(accountId: string): string {
  return `CONNECTORS#${accountId}`
}

/** Position of a connector in its account's list: by creation time, then id. */
export function connectorListPosition({
  created_at,
  id,
}: Pick<ConnectorRecord, 'created_at' | 'id'>): string {
  return `${created_at}#${id}`
}

export function connectorToItem(stored: StoredConnector): Item {
  const { record, secretHash, previous, version, toolGroups = {} } = stored
  const { pk, sk } = connectorKey(record.id)
  const item: Item = {
    [TABLE.partitionKey]: pk,
    [TABLE.sortKey]: sk,
    [TABLE.listPartitionKey]: connectorListPartition(record.account_id),
    [TABLE.listSortKey]: connectorListPosition(record),
    id: record.id,
    name: record.name,
    account_id: record.account_id,
    config: { ...record.config },
    disabled: record.disabled,
    expires_at: record.expires_at,
    created_by: record.created_by,
    created_at: record.created_at,
    updated_at: record.updated_at,
    revoked_at: record.revoked_at,
    secret_sha256: secretHash,
    version,
  }
  // Left out until it is set, so that the condition of `recordConnectorUse` stays one comparison.
  if (record.last_used_at !== null) item.last_used_at = record.last_used_at
  if (record.last_used_from !== null) item.last_used_from = record.last_used_from
  if (previous !== undefined) {
    item.previous_secret_sha256 = previous.secretHash
    item.previous_secret_valid_until_ms = previous.validUntilMs
  }
  const copies = Object.entries(toolGroups)
  if (copies.length > 0)
    item.tool_groups = Object.fromEntries(copies.map(([name, copy]) => [name, { ...copy }]))
  const ttl = timeToLiveSeconds(record)
  if (ttl !== undefined) item[TABLE.timeToLive] = ttl
  return item
}

/** Epoch seconds after which the table may delete the item; undefined for one that neither expires nor is revoked. */
export function timeToLiveSeconds(
  record: Pick<ConnectorRecord, 'revoked_at' | 'expires_at'>,
): number | undefined {
  const end = record.revoked_at ?? record.expires_at
  return end === null ? undefined : deletableAtSeconds(Date.parse(end))
}

/** The connector in an item. Throws `internal` for an item that is not a connector. */
export function connectorFromItem(item: Item): StoredConnector {
  const stored: StoredConnector = {
    record: {
      id: text(item, 'id'),
      name: text(item, 'name'),
      account_id: text(item, 'account_id'),
      config: configFrom(item.config),
      disabled: flag(item.disabled),
      expires_at: textOrNull(item, 'expires_at'),
      created_by: text(item, 'created_by'),
      created_at: text(item, 'created_at'),
      updated_at: text(item, 'updated_at'),
      last_used_at: textOrNull(item, 'last_used_at'),
      last_used_from: textOrNull(item, 'last_used_from'),
      revoked_at: textOrNull(item, 'revoked_at'),
    },
    secretHash: text(item, 'secret_sha256'),
    version: typeof item.version === 'number' ? item.version : corrupt(),
  }
  const toolGroups = copiesFrom(item.tool_groups) ?? corrupt()
  if (Object.keys(toolGroups).length > 0) stored.toolGroups = toolGroups
  const { previous_secret_sha256: secretHash, previous_secret_valid_until_ms: validUntilMs } = item
  if (typeof secretHash === 'string' && typeof validUntilMs === 'number') {
    stored.previous = { secretHash, validUntilMs }
  }
  return stored
}

/** The connector in an item; undefined where this version cannot read it, such as one of a later version. */
export function readableConnector(item: Item): StoredConnector | undefined {
  try {
    return connectorFromItem(item)
  } catch {
    return undefined
  }
}

function configFrom(value: Value | undefined): ConnectorConfig {
  if (!isObject(value)) return corrupt()
  return {
    methods: texts(value.methods),
    tags: texts(value.tags),
    tool_exposure: exposure(value.tool_exposure),
    require_api_token_auth: flag(value.require_api_token_auth),
    catalog_version: catalogVersionFrom(value.catalog_version) ?? corrupt(),
    max_result_characters: sizeOfResults(value.max_result_characters),
  }
}

function exposure(value: Value | undefined): ToolExposure {
  return value === 'all' || value === 'essentials' || value === 'discovery' ? value : corrupt()
}

/** Absent on connectors that are older than the field. */
function sizeOfResults(value: Value | undefined): number {
  if (value === undefined) return MAX_RESULT_CHARACTERS.default
  return typeof value === 'number' ? value : corrupt()
}

function text(item: Item, name: string): string {
  const value = item[name]
  return typeof value === 'string' ? value : corrupt()
}

function textOrNull(item: Item, name: string): string | null {
  return item[name] === undefined || item[name] === null ? null : text(item, name)
}

function texts(value: Value | undefined): string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : corrupt()
}

/** A missing flag must not be read as the permissive value. */
function flag(value: Value | undefined): boolean {
  return typeof value === 'boolean' ? value : corrupt()
}

const UNREADABLE = 'A connector in the table cannot be read. Revoke it and create a new one.'

/** True for the error of an item that this version cannot read. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof AppError && error.message === UNREADABLE
}

function corrupt(): never {
  throw new AppError('internal', UNREADABLE)
}
