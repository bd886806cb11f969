/** The table through the official client, for administration, the poller and the local server. */
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import { fromAttributes, type Item } from './attribute-value.ts'
import { CLIENT_TIMEOUTS } from './client-timeouts.ts'
import { conditionalWrite, insertInput, tableKey, updateInput } from './conditional-write.ts'
import { inOrder } from './item-order.ts'
import { queryInput } from './query-input.ts'
import type { ItemKey, QueryResult, Table } from './table-access.ts'

/**
 * The table of this name; region, credentials and `AWS_ENDPOINT_URL*` come from the environment unless `client` is
 * given.
 */
export function createTable({
  tableName: TableName,
  client = new DynamoDBClient({ requestHandler: CLIENT_TIMEOUTS }),
}: {
  tableName: string
  client?: DynamoDBClient
}): Table {
  async function getItem(key: ItemKey, { consistent }: { consistent: boolean }): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName, Key: tableKey(key), ConsistentRead: consistent })
    const { Item: found } = await orInternal('read', client.send(command))
    return found === undefined ? undefined : fromAttributes(found)
  }

  return {
    getItem,

    async getItems(keys) {
      const Keys = keys.map(tableKey)
      const command = new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys, ConsistentRead: true } },
      })
      const { Responses = {}, UnprocessedKeys = {} } = await orInternal('read', client.send(command))
      if (Object.keys(UnprocessedKeys).length > 0) throw failed('read', new Error('UnprocessedKeys'))
      return inOrder(keys, (Responses[TableName] ?? []).map(fromAttributes))
    },

    updateItem(key, update) {
      return conditionalWrite({
        send: () => conditionHeld(client.send(new UpdateItemCommand(updateInput(TableName, key, update)))),
        proof: update.proof,
        readBack: () => getItem(key, { consistent: true }),
      })
    },

    insertItem(item, proof) {
      const key = { pk: String(item[TABLE.partitionKey]), sk: String(item[TABLE.sortKey]) }
      return conditionalWrite({
        send: () => conditionHeld(client.send(new PutItemCommand(insertInput(TableName, item)))),
        proof,
        readBack: () => getItem(key, { consistent: true }),
      })
    },

    async query(query): Promise<QueryResult> {
      const command = new QueryCommand(queryInput(TableName, query))
      const { Items = [], LastEvaluatedKey } = await orInternal('read', client.send(command))
      return { items: Items.map(fromAttributes), isCut: LastEvaluatedKey !== undefined }
    },
  }
}

async function conditionHeld(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw failed('written', error)
  }
}

async function orInternal<T>(verb: 'read' | 'written', sent: Promise<T>): Promise<T> {
  try {
    return await sent
  } catch (error) {
    throw failed(verb, error)
  }
}

function failed(verb: 'read' | 'written', error: unknown): AppError {
  return new AppError('internal', `The table could not be ${verb}. Try again.`, {}, error)
}
