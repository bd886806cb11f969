/** The table as the request path uses it: one read and one conditional update, each a single signed request. */
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { fromAttributes, type Item } from './attribute-value.ts'
import { conditionalWrite, tableKey, updateInput } from './conditional-write.ts'
import { inOrder } from './item-order.ts'
import { signedRequest } from './signed-request.ts'
import type { ItemKey, ItemUpdate, TableReader } from './table-access.ts'

/** A reader that signs with the environment's credentials, and sends to `AWS_ENDPOINT_URL_DYNAMODB` if that is set. */
export function createTableReader({ tableName }: { tableName: string }): TableReader {
  async function getItem(key: ItemKey, { consistent }: { consistent: boolean }): Promise<Item | undefined> {
    const answer = await signedRequest({
      service: 'dynamodb',
      operation: 'GetItem',
      input: { TableName: tableName, Key: tableKey(key), ConsistentRead: consistent },
    })
    if (!answer.ok) throw failed('read', answer.errorName)
    const { Item: found } = answer.body
    return isObject(found) ? fromAttributes(found) : undefined
  }

  async function getItems(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    const Keys = keys.map(tableKey)
    const answer = await signedRequest({
      service: 'dynamodb',
      operation: 'BatchGetItem',
      input: { RequestItems: { [tableName]: { Keys, ConsistentRead: true } } },
    })
    if (!answer.ok) throw failed('read', answer.errorName)
    const { Responses, UnprocessedKeys } = answer.body
    if (isObject(UnprocessedKeys) && Object.keys(UnprocessedKeys).length > 0)
      throw failed('read', 'UnprocessedKeys')
    const found = isObject(Responses) ? Responses[tableName] : undefined
    return inOrder(keys, Array.isArray(found) ? found.filter(isObject).map(fromAttributes) : [])
  }

  function updateItem(key: ItemKey, update: ItemUpdate): Promise<boolean> {
    const input = updateInput(tableName, key, update)
    return conditionalWrite({
      async send() {
        const answer = await signedRequest({ service: 'dynamodb', operation: 'UpdateItem', input })
        if (!answer.ok && answer.errorName !== 'ConditionalCheckFailedException')
          throw failed('written', answer.errorName)
        return answer.ok
      },
      proof: update.proof,
      readBack: () => getItem(key, { consistent: true }),
    })
  }

  return { getItem, getItems, updateItem }
}

function failed(verb: 'read' | 'written', errorName: string | undefined): AppError {
  return new AppError('internal', `The table could not be ${verb}. Try again.`, {}, new Error(errorName))
}
