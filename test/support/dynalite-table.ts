/**
 * A real DynamoDB protocol server in this process, with our table in it, for tests that read and write records. It
 * holds the request path to what its roles may do in AWS: a test that closes the table fails if a request would have
 * been denied there.
 */
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { createTableIfMissing } from '../../lambda/aws/table-creation.ts'
import {
  ACCOUNT_STATE,
  CONNECTOR_USE,
  itemStatement,
  RUN_RECORDS,
  unsentEventsStatement,
} from '../../lib/storage/item-permissions.ts'
import { pointAwsAt } from './aws-environment.ts'
import { type DynamoDbInput, dynamoDbContext } from './dynamodb-context.ts'
import { isAllowed, type Statement } from './iam-policy.ts'

export const TABLE_NAME = 'gumloop-mcp-test'

export interface DynaliteTable {
  tableName: string
  client: DynamoDBClient
  endpointUrl: string
  /** Every item in DynamoDB's notation as text: everything that a reader of the table could see. */
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
  const denied: string[] = []
  server.on('request', request => {
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '')
    operations.push(operation)
    // Administration and the tests themselves use AWS's client; the request path signs its requests itself.
    if (String(request.headers['user-agent'] ?? '').includes('aws-sdk-js')) return
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const input: DynamoDbInput = JSON.parse(Buffer.concat(chunks).toString() || '{}')
      if (!mayRequestPath(operation, input)) denied.push(`${operation} ${JSON.stringify(input)}`)
    })
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
      if (denied.length > 0) throw new Error(`No role of the request path may send:\n${denied.join('\n')}`)
    },
  }
}

const TABLE_ARN = 'arn:of:the:table'

const REQUEST_PATH_STATEMENTS = [
  ...[...CONNECTOR_USE, ...ACCOUNT_STATE, ...RUN_RECORDS].map(one => itemStatement(one, TABLE_ARN)),
  unsentEventsStatement(TABLE_ARN),
].map(({ actions, resources, conditions }) => {
  const statement: Statement = { Effect: 'Allow', Action: actions, Resource: resources }
  return conditions === undefined ? statement : { ...statement, Condition: conditions }
})

/** True when the MCP function's or the poller's role allows it. */
function mayRequestPath(operation: string, input: DynamoDbInput): boolean {
  return isAllowed(REQUEST_PATH_STATEMENTS, {
    action: `dynamodb:${operation}`,
    resource: TABLE_ARN,
    context: dynamoDbContext(operation, input),
  })
}
