import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, rpc, startTestServer, type TestServer } from '../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())

test.each<[string, object, string]>([
  [
    'initialize',
    { protocolVersion: 7, capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    'params.protocolVersion',
  ],
  ['prompts/get', { name: 'what_ran_today', arguments: { x: 1 } }, 'params.arguments.x'],
  ['resources/read', {}, 'params.uri'],
  ['completion/complete', { ref: { type: 'ref/nothing' } }, 'params.ref'],
  ['tools/list', { cursor: {} }, 'params.cursor'],
])('%s with invalid params names them in a client error', async (method, params, path) => {
  const response = await rpc(url, method, params)
  const { error }: Json = await response.json()
  expect([response.status, error.code]).toEqual([200, -32602])
  expect(error.message).toMatch(new RegExp(`^Invalid params: ${path.replaceAll('.', '\\.')}: `))
})

test('a name of megabytes is not echoed', async () => {
  const params = { name: 'what_ran_today', arguments: { ['x'.repeat(1_000_000)]: 1 } }
  const { error }: Json = await (await rpc(url, 'prompts/get', params)).json()
  expect([error.code, error.message.length]).toEqual([-32602, 300])
})
