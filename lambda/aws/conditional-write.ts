/**
 * The one way to write on a condition. A client repeats a request whose answer was lost or late, and then its own first
 * attempt has already broken the condition. So a failed condition says nothing by itself: every write states how its item
 * shows that this very write was applied.
 */
import { randomUUID } from 'node:crypto'
import { TABLE } from '../shared/names.ts'
import { type Item, toAttributes } from './attribute-value.ts'
import type { ItemKey, ItemUpdate, WriteProof } from './table-access.ts'

/** A value that identifies one write, for a write that has no other. */
export function newWriteId(): string {
  return randomUUID()
}

export function tableKey({ pk, sk }: ItemKey) {
  return toAttributes({ [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk })
}

/** Input of DynamoDB's UpdateItem. */
export function updateInput(TableName: string, key: ItemKey, update: ItemUpdate) {
  const { expression, condition, names, values } = update
  return {
    TableName,
    Key: tableKey(key),
    UpdateExpression: expression,
    ConditionExpression: condition,
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: toAttributes(values) }),
  }
}

/** Input of DynamoDB's PutItem for an item whose key must not exist. */
export function insertInput(TableName: string, item: Item) {
  return {
    TableName,
    Item: toAttributes(item),
    ConditionExpression: `attribute_not_exists(${TABLE.partitionKey})`,
  }
}

/**
 * True when the write was applied, by this request or by an earlier attempt of it whose answer was lost.
 * @param send False: the condition did not hold. Throws when it is not known whether the write was applied.
 * @param readBack The item as it is now, strongly consistent.
 */
export async function conditionalWrite({
  send,
  proof,
  readBack,
}: {
  send: () => Promise<boolean>
  proof: WriteProof
  readBack: () => Promise<Item | undefined>
}): Promise<boolean> {
  const shows = (item: Item | undefined) =>
    item !== undefined && Object.entries(proof).every(([name, value]) => item[name] === value)
  try {
    if (await send()) return true
  } catch (error) {
    // Every attempt lost its answer: only the item can say what came of them.
    const item = typeof proof === 'string' ? undefined : await readBack().catch(() => undefined)
    if (shows(item)) return true
    throw error
  }
  if (typeof proof === 'string') return proof === 'own key'
  return shows(await readBack())
}
