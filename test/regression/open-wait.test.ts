/** A wait that is open ends when its connector stops allowing it: within two seconds, not at the end of the wait. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

const WAIT = 'wait_for_gumloop_session'
let target: Target
beforeAll(async () => {
  target = await startTarget()
  const messages = [{ id: 'm1', role: 'user', content: 'Work' }]
  const session = { id: 's1', agent_id: 'a1', state: 'processing', messages }
  target.upstream.script({ status: 200, json: { session } })
})
afterAll(() => target.close())

/** The id is the part between the underscores of the URL's token. */
const idIn = (url: string) => /gmcp_([a-z0-9]{16})_/.exec(url)?.[1] ?? ''

const PATH = '/integrated-account/local/mcp'
const CHANGES: [string, (id: string) => Promise<Json>][] = [
  ['revoked', id => target.admin('DELETE', `${PATH}/${id}`)],
  ['disabled', id => target.admin('PATCH', `${PATH}/${id}`, { disabled: true })],
  [
    'narrowed',
    id => target.admin('PATCH', `${PATH}/${id}`, { config: { methods: ['list_all_gumloop_agents'] } }),
  ],
]

test.each(CHANGES)('ends when the connector is %s', async (_, change) => {
  const url = await target.connector()
  const id = idIn(url)
  const response = rpc(url, 'tools/call', {
    name: WAIT,
    arguments: { session_id: 's1', wait_seconds: 8 },
    _meta: { progressToken: 'p' },
  })
  await sleep(1500)
  expect((await change(id)).status).toBeLessThan(300)
  const changedMs = Date.now()
  const text = await (await response).text()
  expect(text).toContain('"unauthorized"')
  expect(Date.now() - changedMs).toBeLessThan(3500)
})
