/** A connector that this version cannot read, such as one of a later version, blocks nothing around it. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { TABLE_NAME } from '../../support/dynalite-table.ts'

let server: AdminServer
let broken: string
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
  await server.ask('POST', '/integrated-account/acme/mcp', { name: 'good' })
  const { body } = await server.ask('POST', '/integrated-account/acme/mcp', { name: 'broken' })
  broken = body.id
  await server.dynalite.client.send(
    new UpdateItemCommand({
      TableName: TABLE_NAME,
      Key: { pk: { S: `CONNECTOR#${broken}` }, sk: { S: 'CONNECTOR' } },
      UpdateExpression: 'SET config = :unknown',
      ExpressionAttributeValues: { ':unknown': { S: 'of a later version' } },
    }),
  )
})
afterAll(() => server.close())

test('the list has the others, and names it', async () => {
  const { status, body } = await server.ask('GET', '/integrated-account/acme/mcp')
  expect(status).toBe(200)
  expect(body.result.map(({ name }) => name)).toEqual(['good'])
  expect(body).toMatchObject({ unreadable: [broken] })
})

test('it is revoked by its key alone, and then no longer listed', async () => {
  const { status, body } = await server.ask('DELETE', `/integrated-account/acme/mcp/${broken}`)
  expect([status, body.id]).toEqual([200, broken])
  expect(body.revoked_at).toEqual(expect.any(String))
  expect((await server.ask('GET', '/integrated-account/acme/mcp')).body).not.toHaveProperty('unreadable')
})
