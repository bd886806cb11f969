/** The connector's URL as clients and people rewrite it, and the oldest version of the protocol. */
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

test.each([
  ['a slash at the end', (plain: string) => `${plain}/`],
  ['an encoded underscore', (plain: string) => plain.replaceAll('_', '%5F')],
  ['an encoded underscore in lower case, and a slash', (plain: string) => `${plain.replaceAll('_', '%5f')}/`],
])('the URL with %s works', async (_, rewritten) => {
  expect((await rpc(rewritten(url), 'ping')).status).toBe(200)
})

test.each(['//', '/more', '%2F', '%', '%00'])(
  'the URL with %s at its end is unknown (control)',
  async end => {
    expect((await rpc(`${url}${end}`, 'ping')).status).toBe(404)
  },
)

test('a client that only speaks 2024-11-05 connects and lists tools', async () => {
  const response = await rpc(url, 'initialize', {
    protocolVersion: '2024-11-05',
    capabilities: {},
    clientInfo: { name: 'old', version: '1' },
  })
  expect(await response.json()).toMatchObject({ result: { protocolVersion: '2024-11-05' } })
  const list = await rpc(url, 'tools/list', {}, { 'mcp-protocol-version': '2024-11-05' })
  expect(await list.json()).toMatchObject({ result: { tools: expect.any(Array) } })
})
