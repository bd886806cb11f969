/** What AWS does for a deployed table and nobody does locally: expired items and files that were left behind are removed. */
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import {
  DeleteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { describeCause } from '../../lambda/shared/errors.ts'
import type { Logger } from '../../lambda/shared/logger.ts'
import { TABLE } from '../../lambda/shared/names.ts'

const INTERVAL_MS = 3_600_000

export interface MaintenanceDeps {
  client: DynamoDBClient
  tableName: string
  now: () => number
  logger: Logger
}

/** Removes expired items now and every hour. @returns a function that stops it */
export function startMaintenance(deps: MaintenanceDeps): () => Promise<void> {
  const run = () =>
    removeExpired(deps).catch(error =>
      deps.logger.warn('expired_items_not_removed', { reason: describeCause(error) }),
    )
  let running = run()
  const timer = setInterval(() => {
    running = run()
  }, INTERVAL_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** @returns how many items were removed. */
export async function removeExpired({ client, tableName, now }: MaintenanceDeps): Promise<number> {
  let removed = 0
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey']
  function scan(): Promise<ScanCommandOutput> {
    return client.send(
      new ScanCommand({
        TableName: tableName,
        ProjectionExpression: '#pk, #sk',
        FilterExpression: '#ttl < :now',
        ExpressionAttributeNames: {
          '#pk': TABLE.partitionKey,
          '#sk': TABLE.sortKey,
          '#ttl': TABLE.timeToLive,
        },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now() / 1000)) } },
        ExclusiveStartKey,
      }),
    )
  }
  do {
    const { Items = [], LastEvaluatedKey } = await scan()
    for (const Key of Items) await client.send(new DeleteItemCommand({ TableName: tableName, Key }))
    removed += Items.length
    ExclusiveStartKey = LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return removed
}

/** Half-written files of servers that were killed. */
export function removeTemporaryFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^sandbox\.json\.\d+\.tmp$/.test(name)) rmSync(path.join(folder, name), { force: true })
  }
}
