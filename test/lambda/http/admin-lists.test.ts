/** Items that the request path may write never appear in the admin API's lists. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { TABLE_NAME } from '../../support/dynalite-table.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

test.each([
  ['/accounts', 'ACCOUNTS', 'id'],
  ['/api-tokens', 'API_TOKENS', 'name'],
  ['/integrated-account/acme/mcp', 'CONNECTORS#acme', 'name'],
  ['/accounts/acme/tool-groups', 'TOOL_GROUPS#acme', 'name'],
])('%s leaves out an item of another kind that claims a place in it', async (path, partition, field) => {
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
  await server.ask('PUT', '/accounts/acme/tool-groups/real', { tags: ['flows'] })
  await server.ask('POST', '/integrated-account/acme/mcp', { name: 'real' })
  const before = (await server.ask('GET', path)).body.result
  expect(before.length).toBeGreaterThan(0)

  const table = createTableReader({ tableName: TABLE_NAME })
  for (const position of ['!', '~']) {
    const forged = { pk: `RUN#${partition}${position}`, sk: 'RUN' }
    const written = await table.updateItem(forged, {
      expression: 'SET list_pk = :partition, list_sk = :position, #name = :name, id = :name',
      condition: 'attribute_not_exists(pk)',
      names: { '#name': 'name' },
      values: { ':partition': partition, ':position': position, ':name': 'forged' },
      proof: 'own key',
    })
    expect(written).toBe(true)
  }

  const { status, body } = await server.ask('GET', path)
  expect(status).toBe(200)
  expect(body.result).toEqual(before)
  const paged: unknown[] = []
  let cursor = ''
  do {
    const page = await server.ask('GET', `${path}?limit=1${cursor}`)
    paged.push(...page.body.result.map(one => one[field as 'name']))
    cursor = page.body.next_cursor === null ? '' : `&next_cursor=${page.body.next_cursor}`
  } while (cursor !== '')
  expect(paged).toEqual(before.map(one => one[field as 'name']))
})
