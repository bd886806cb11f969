import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminServer, CALL_LOG_GROUP, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS, storeConnector } from '../../support/connectors.ts'

let server: AdminServer
let mine: string
let other: string
beforeAll(async () => {
  server = await startAdminServer()
  for (const account of ['acme', 'globex']) await server.ask('PUT', `/accounts/${account}`, { api_key: 'k' })
  mine = (await storeConnector(server.table)).record.id
  other = (await storeConnector(server.table)).record.id
  for (let i = 0; i < 3; i++) logCall(mine, NOW_MS - i * 60_000, { tool: `tool_${i}` })
  logCall(other, NOW_MS - 90_000, { tool: 'other', outcome: 'rate_limited', upstream_status: 429 })
  logCall(mine, NOW_MS - 25 * 3_600_000, { tool: 'yesterday' })
  log(NOW_MS, { event: 'tool_call_failed', connector_id: mine, account_id: 'acme' })
})
afterAll(() => server.close())

function log(timestampMs: number, fields: object) {
  const line = { timestamp: new Date(timestampMs).toISOString(), level: 'info', ...fields }
  server.cloudWatchLogs.log(CALL_LOG_GROUP, timestampMs, JSON.stringify(line))
}

/** The line as `lambda/tools/call-tool.ts` writes it. */
function logCall(connectorId: string, timestampMs: number, fields: object) {
  log(timestampMs, {
    event: 'tool_call',
    request_id: 'r1',
    connector_id: connectorId,
    account_id: 'acme',
    outcome: 'ok',
    duration_ms: 12,
    upstream_calls: 1,
    upstream_status: 200,
    upstream_ms: 9,
    argument_characters: 2,
    result_characters: 345,
    client: 'agent/7',
    ...fields,
  })
}

const tools = (calls: object[]) => calls.map(call => ('tool' in call ? call.tool : undefined))

describe('the calls of a connector', () => {
  test('are those of the last day, newest first, with their logged fields', async () => {
    const { status, body } = await server.ask('GET', `/integrated-account/acme/mcp/${mine}/calls`)
    expect([status, tools(body.result), body.next_cursor]).toEqual([
      200,
      ['tool_0', 'tool_1', 'tool_2'],
      null,
    ])
    expect(body.result[0]).toEqual({
      at: '2026-11-22T12:00:00.000Z',
      connector_id: mine,
      tool: 'tool_0',
      outcome: 'ok',
      duration_ms: 12,
      upstream_calls: 1,
      upstream_status: 200,
      upstream_ms: 9,
      argument_characters: 2,
      result_characters: 345,
      api_token_id: null,
      client: 'agent/7',
      request_id: 'r1',
    })
  })

  test('start at the requested time, page by page', async () => {
    const path = `/integrated-account/acme/mcp/${mine}/calls?since=2026-11-20T00:00:00%2B01:00&limit=3`
    const { body: first } = await server.ask('GET', path)
    const { body: second } = await server.ask('GET', `${path}&next_cursor=${first.next_cursor}`)
    expect([tools(first.result), tools(second.result)]).toEqual([
      ['tool_0', 'tool_1', 'tool_2'],
      ['yesterday'],
    ])
  })

  test('are available for all connectors of an account', async () => {
    const { body } = await server.ask('GET', '/integrated-account/acme/calls')
    expect(tools(body.result)).toEqual(['tool_0', 'tool_1', 'other', 'tool_2'])
    expect((await server.ask('GET', '/integrated-account/globex/calls')).body.result).toEqual([])
  })

  test('are not found for a connector of another account, and rejected for invalid queries', async () => {
    const of = (account: string, id: string, query = '') =>
      server.ask('GET', `/integrated-account/${account}/mcp/${id}/calls${query}`)
    const answers = [
      await of('globex', mine),
      await of('acme', 'zzzz'),
      await server.ask('GET', '/integrated-account/nobody/calls'),
      await of('acme', mine, '?since=yesterday&limit=0&until=now'),
      await of('acme', mine, '?next_cursor=nonsense'),
    ]
    expect(answers.map(({ status, body }) => [status, body.error.errors?.map(({ path }) => path)])).toEqual([
      [404, undefined],
      [404, undefined],
      [404, undefined],
      [400, ['limit', 'since', 'until']],
      [400, ['next_cursor']],
    ])
  })
})
