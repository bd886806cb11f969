/** Rejected requests leave a bounded number of lines, and none with a token. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withRejectionLog } from '../../../lambda/http/rejection-log.ts'
import type { HttpRequest, HttpResponse } from '../../../lambda/shared/http-message.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { type Json, rpc, startTestServer, type TestServer } from '../../support/mcp-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: [] })
})
afterAll(() => server.close())

const linesOf = (log: string, event: string): Json[] =>
  log
    .split('\n')
    .filter(line => line.includes(`"${event}"`))
    .map(line => JSON.parse(line))

const NOBODY = `gmcp_${'z'.repeat(16)}_${'S'.repeat(43)}`

test.each<[string, string, RequestInit, number]>([
  ['unknown_path_token', `/mcp/${NOBODY}`, { method: 'POST', body: '{}' }, 404],
  ['unknown_header_token', '/mcp', { method: 'POST', headers: { authorization: `Bearer ${NOBODY}` } }, 401],
  ['origin_not_allowed', '/mcp', { method: 'POST', headers: { origin: 'https://evil.example' } }, 403],
  ['not_found', `/other/${NOBODY}`, {}, 404],
  ['method_not_allowed', '/mcp', { method: 'PUT' }, 405],
])('%s is a line with its reason and address', async (reason, path, init, status) => {
  const response = await fetch(`${server.origin}${path}`, init)
  expect(response.status).toBe(status)
  const line = linesOf(server.log(), 'request_rejected').find(one => one.reason === reason)
  expect(line).toMatchObject({ level: 'warn', status, source_address: '127.0.0.1', count: 1 })
  expect(server.log()).not.toContain('S'.repeat(10))
  expect(server.log()).not.toContain('/other')
})

test('a body that is too large is a line', async () => {
  const { url } = await server.connector()
  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(5 * 1024 * 1024 + 1) })
  expect(response.status).toBe(413)
  const lines = linesOf(server.log(), 'request_rejected')
  expect(lines).toContainEqual(expect.objectContaining({ reason: 'body_too_large', status: 413 }))
})

test('a list of tools is a line like a call', async () => {
  const { url, record } = await server.connector()
  await rpc(url, 'tools/list')
  expect(linesOf(server.log(), 'tools_listed').at(-1)).toMatchObject({
    level: 'info',
    connector_id: record.id,
    account_id: 'acme',
    request_id: expect.any(String),
  })
})

test('what is answered is no rejection', async () => {
  const before = linesOf(server.log(), 'request_rejected').length
  const { url } = await server.connector()
  await rpc(url, 'ping')
  await fetch(`${server.origin}/health`)
  expect(linesOf(server.log(), 'request_rejected')).toHaveLength(before)
})

test('an attacker with many addresses writes few lines, and every rejection is counted', async () => {
  const lines: string[] = []
  const clock = { nowMs: 60_000_000 }
  const refuse = async (): Promise<HttpResponse> => ({
    status: 404,
    headers: {},
    body: '',
    rejection: 'not_found',
  })
  const app = withRejectionLog(refuse, {
    logger: createLogger('info', line => void lines.push(line)),
    now: () => clock.nowMs,
  })
  const send = (sourceAddress: string | undefined) => app({ sourceAddress } as HttpRequest) // the rest is not read
  for (let n = 0; n < 10_000; n++) await send(`203.0.113.${n % 250}`)
  expect(lines).toHaveLength(21)
  clock.nowMs += 60_000
  await send(undefined)
  expect(lines.length).toBeLessThanOrEqual(43)
  const parsed = lines.map(line => JSON.parse(line))
  expect(parsed.reduce((sum, { count }) => sum + count, 0)).toBe(10_001)
  expect(parsed.filter(({ source_address }) => source_address === 'others')).toHaveLength(2)
  expect(parsed.at(-1)).toMatchObject({ source_address: 'unknown', count: 1 })
})
