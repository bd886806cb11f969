/** Input of DynamoDB's Query for one page of a partition, of the table or of its list index. Pure. */
import { TABLE } from '../shared/names.ts'
import { toAttributes } from './attribute-value.ts'
import type { TableQuery } from './table-access.ts'

export function queryInput(
  TableName: string,
  { partition, index, limit, newestFirst, startKey }: TableQuery,
) {
  return {
    TableName,
    ...(index === 'list' && { IndexName: TABLE.listIndex }),
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: {
      '#partition': index === 'list' ? TABLE.listPartitionKey : TABLE.partitionKey,
    },
    ExpressionAttributeValues: toAttributes({ ':partition': partition }),
    ConsistentRead: index === 'table',
    ScanIndexForward: !newestFirst,
    Limit: limit,
    ...(startKey !== undefined && { ExclusiveStartKey: toAttributes(startKey) }),
  }
}
