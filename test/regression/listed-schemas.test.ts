/** Schemas on the wire: no list of types, which makes several clients refuse every tool. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

test.each(['essentials', 'all'])('%s: every schema has single types', async tool_exposure => {
  const url = await target.connector({ tool_exposure })
  const { result }: Json = await (await rpc(url, 'tools/list')).json()
  expect(result.tools.length).toBeGreaterThan(15)
  const lists = result.tools.filter((tool: Json) => /"type":\[/.test(JSON.stringify(tool)))
  expect(lists.map((tool: Json) => tool.name)).toEqual([])
  const combined = result.tools.filter((tool: Json) => /"anyOf"/.test(JSON.stringify(tool.inputSchema)))
  expect(combined.map((tool: Json) => tool.name)).toEqual([])
})
