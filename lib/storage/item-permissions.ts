/**
 * Which items of the table each role may read and write: by kind of item and, where a role shares a kind with
 * administration, by attribute (docs/security.md). Pure.
 */
import { ITEM_PREFIX, type ItemKind, LIST_PARTITION, TABLE } from '../../lambda/shared/names.ts'
import type { Permission } from '../functions/node-function.ts'

export interface ItemPermission {
  operations: readonly ('GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'Query')[]
  kinds: readonly ItemKind[]
  /**
   * The only attributes, besides the key, that a request may write or use in its condition; absent: any. Not for
   * PutItem, which replaces the attributes that it does not name.
   */
  attributes?: readonly string[]
}

/** What a call to a connector needs: to find out who calls, and to record that it did. */
export const CONNECTOR_USE: readonly ItemPermission[] = [
  { operations: ['GetItem'], kinds: ['connector', 'apiToken'] },
  {
    operations: ['UpdateItem'],
    kinds: ['connector'],
    attributes: ['last_used_at', 'last_used_from', 'last_return_id'],
  },
  { operations: ['UpdateItem'], kinds: ['apiToken'], attributes: ['last_used_at'] },
]

/** Records that Gumloop rejected an account's key. */
export const ACCOUNT_STATE: readonly ItemPermission[] = [
  { operations: ['UpdateItem'], kinds: ['account'], attributes: ['state', 'refused_at'] },
]

/** What starting runs and waiting for them needs. */
export const RUN_RECORDS: readonly ItemPermission[] = [
  { operations: ['GetItem', 'UpdateItem'], kinds: ['run', 'runPointer', 'start', 'task'] },
  // A waiter reads its watch together with its connector, and a statement must allow all keys of a batch.
  { operations: ['BatchGetItem'], kinds: ['run', 'connector', 'apiToken'] },
]

/** What one poll of a run needs. */
export const POLLING: readonly ItemPermission[] = [{ operations: ['GetItem', 'UpdateItem'], kinds: ['run'] }]

/** What administration needs. It deletes nothing: items expire (TTL). An audit entry gets its outcome, and no other change. */
export const ADMINISTRATION: readonly ItemPermission[] = [
  {
    operations: ['GetItem', 'PutItem', 'UpdateItem'],
    kinds: ['connector', 'apiToken', 'account', 'toolGroup'],
  },
  { operations: ['PutItem'], kinds: ['audit'] },
  { operations: ['UpdateItem'], kinds: ['audit'], attributes: ['outcome', 'error'] },
  { operations: ['Query'], kinds: ['audit', 'toolGroup'] },
]

/** The permission as a statement of a role's policy. */
export function itemStatement(
  { operations, kinds, attributes }: ItemPermission,
  tableArn: string,
): Permission {
  const leadingKeys = kinds.map(kind => `${ITEM_PREFIX[kind]}*`)
  const permission = {
    actions: operations.map(operation => `dynamodb:${operation}`),
    resources: [tableArn],
  }
  if (attributes === undefined) {
    return {
      ...permission,
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
        // "For all values" is also true of none.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    }
  }
  return {
    ...permission,
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
      // DynamoDB counts the key among the attributes of a request.
      'ForAllValues:StringEquals': {
        'dynamodb:Attributes': [TABLE.partitionKey, TABLE.sortKey, ...attributes],
      },
      Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
      // Else an update could return the attributes that it may not name.
      StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
    },
  }
}

/** May read the list of ends whose event has not been sent, and no other list. */
export function unsentEventsStatement(listIndexArn: string): Permission {
  return {
    actions: ['dynamodb:Query'],
    resources: [listIndexArn],
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [LIST_PARTITION.unsentEvents] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  }
}
