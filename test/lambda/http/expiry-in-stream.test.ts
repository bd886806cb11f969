import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import { toTimestamp } from '../../../lambda/shared/clock.ts'
import { storeConnector } from '../../support/connectors.ts'
import { TABLE_NAME } from '../../support/dynalite-table.ts'
import { type LongRunsServer, ok, startLongRuns } from '../../support/long-runs.ts'
import { rpc } from '../../support/mcp-server.ts'

let server: LongRunsServer
beforeAll(async () => {
  server = await startLongRuns()
})
afterAll(() => server.close())

test('ends a streaming call when its connector expires, and rejects later calls with 404', async () => {
  const { session_id } = await ok(await server.connector(), 'create_a_gumloop_session', {
    agent_id: 'agt_security_audit',
    input: 'Audit the public buckets, take 1 hour.',
  })
  const expiresAtMs = Math.ceil(Date.now() / 1000) * 1000 + 2_000
  const { token } = await storeConnector(createTable({ tableName: TABLE_NAME }), {
    expires_at: toTimestamp(expiresAtMs),
  })
  const url = `${server.origin}/mcp/${token}`
  const response = await rpc(url, 'tools/call', {
    name: 'wait_for_gumloop_session',
    arguments: { session_id, wait_seconds: 40 },
    _meta: { progressToken: 'p1' },
  })
  const stream = await response.text()
  const overrunMs = Date.now() - expiresAtMs
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(stream).toContain('"is_over":false')
  expect(overrunMs).toBeLessThan(1_000)
  expect(overrunMs).toBeGreaterThan(-1_500)
  await expect.poll(async () => (await rpc(url, 'ping')).status, { timeout: 3_000 }).toBe(404)
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs)
})
