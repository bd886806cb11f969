/** What a client says of itself may have any shape; it is logged, never trusted. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector()
})
afterAll(() => target.close())

const initialize = (clientInfo: unknown) =>
  rpc(url, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo })

test('answers a client with a plain name and version (control)', async () => {
  expect((await initialize({ name: 'client', version: '1' })).status).toBe(200)
})

test.each([
  ['an object', { toString: 'no function' }],
  ['an object of a null prototype in JSON', { valueOf: {}, toString: {} }],
])('answers a client whose version is %s with an error of its own, not with 500', async (_, version) => {
  const response = await initialize({ name: 'client', version })
  expect(response.status).toBeLessThan(500)
  expect(target.log()).not.toContain('"level":"error"')
})
