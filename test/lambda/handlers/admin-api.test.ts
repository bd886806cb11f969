import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import { storeApiToken } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'

let dynalite: DynaliteTable
let handler: (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  process.env.TABLE_NAME = TABLE_NAME
  process.env.ACCOUNT_SECRET_PREFIX = 'Stack/accounts/'
  process.env.CALL_LOG_GROUP = '/aws/lambda/Stack-mcp'
  process.env.CONNECTOR_BASE_URL = 'https://gumloop.example.com/v1'
  handler = (await import('../../../lambda/handlers/admin-api.ts')).handler
})
afterAll(() => dynalite.close())

/** The parts of the gateway's event that are used. */
function invoke(headers: Record<string, string>): Promise<APIGatewayProxyResult> {
  const event = { httpMethod: 'GET', path: '/accounts', headers, requestContext: { requestId: 'r' } }
  const context = { getRemainingTimeInMillis: () => 10_000 }
  return handler(event as APIGatewayProxyEvent, context as Context)
}

test('accepts only requests with an administrator token through the gateway', async () => {
  const { token } = await storeApiToken(createTable({ tableName: TABLE_NAME }), { scopes: ['admin'] })
  const known = await invoke({ Authorization: `Bearer ${token}` })
  expect([known.statusCode, known.body]).toEqual([200, '{"result":[],"next_cursor":null,"result_count":0}'])
  const unknown = await invoke({})
  expect([unknown.statusCode, unknown.headers?.['www-authenticate']]).toEqual([401, 'Bearer'])
})
