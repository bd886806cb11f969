/** A real DynamoDB protocol server in this process, with our table in it, for tests that read and write records. */
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { createTableIfMissing } from '../../lambda/aws/table-creation.ts'
import { pointAwsAt } from './aws-environment.ts'

export const TABLE_NAME = 'gumloop-mcp-test'

export interface DynaliteTable {
  tableName: string
  client: DynamoDBClient
  endpointUrl: string
  /** Every item, in DynamoDB's notation, as text: what somebody with the table in hands could read. */
  dump(): Promise<string>
  /** Operations (`GetItem`) that arrived since the last call, in order. */
  takeOperations(): string[]
  close(): Promise<void>
}

/** Starts the server, points the AWS environment of this process at it, and creates the table. */
export async function startDynaliteTable(): Promise<DynaliteTable> {
  const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite')
  const server = dynalite({ createTableMs: 0 })
  const operations: string[] = []
  server.on('request', request => {
    operations.push(String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, ''))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpointUrl = `http://127.0.0.1:${port}`
  pointAwsAt({ AWS_ENDPOINT_URL_DYNAMODB: endpointUrl })
  const client = new DynamoDBClient({})
  await createTableIfMissing({ tableName: TABLE_NAME, client })
  operations.length = 0
  return {
    tableName: TABLE_NAME,
    client,
    endpointUrl,
    async dump() {
      const { Items } = await client.send(new ScanCommand({ TableName: TABLE_NAME }))
      return JSON.stringify(Items)
    },
    takeOperations: () => operations.splice(0),
    async close() {
      client.destroy()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
