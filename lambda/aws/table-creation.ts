/** Creates the table where CloudFormation does not: on the local server and in tests. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { TABLE } from '../shared/names.ts'
import { CLIENT_TIMEOUTS } from './client-timeouts.ts'

const READY_WITHIN_SECONDS = 10

/**
 * Creates the table with its list index and waits until it is active; does nothing if it exists. Time to live
 * is not set, since the embedded store does not support it and no access decision depends on it.
 */
export async function createTableIfMissing({
  tableName,
  client = new DynamoDBClient({ requestHandler: CLIENT_TIMEOUTS }),
}: {
  tableName: string
  client?: DynamoDBClient
}): Promise<void> {
  try {
    await client.send(new CreateTableCommand(tableDefinition(tableName)))
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  await waitUntilTableExists(
    { client, maxWaitTime: READY_WITHIN_SECONDS, minDelay: 1, maxDelay: 1 },
    { TableName: tableName },
  )
}

function tableDefinition(TableName: string): CreateTableCommandInput {
  const names = [TABLE.partitionKey, TABLE.sortKey, TABLE.listPartitionKey, TABLE.listSortKey]
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map(AttributeName => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: [
      { AttributeName: TABLE.partitionKey, KeyType: 'HASH' },
      { AttributeName: TABLE.sortKey, KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: TABLE.listIndex,
        KeySchema: [
          { AttributeName: TABLE.listPartitionKey, KeyType: 'HASH' },
          { AttributeName: TABLE.listSortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  }
}
