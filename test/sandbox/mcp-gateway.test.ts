import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const send = {
  ref: 'a',
  server_id: 'gumloop_slack',
  tool_name: 'slack_send_message',
  arguments: { channel: '#general' },
}
const pay = { server_id: 'gumloop_ledger', tool_name: 'pay_expense' }
const outcome = (json: unknown) =>
  listAt(json, 'results').map(result => [at(result, 'ref'), at(result, 'status')])

test('shows which servers are connected; only those list tools', async () => {
  const servers = await sandbox.get('/mcp/servers')
  expect(
    listAt(servers.json, 'servers').map(s => [at(s, 'name'), at(s, 'status'), at(s, 'tool_count')]),
  ).toEqual([
    ['Slack', 'connected', 2],
    ['AWS', 'connected', 1],
    ['Ledger', 'unauthenticated', 1],
  ])
  const slack = await sandbox.get('/mcp/servers/gumloop_slack')
  expect(at(slack.json, 'server.allowed_tool_call_ids')).toEqual([
    'gumloop_slack__slack_send_message',
    'gumloop_slack__slack_list_channels',
  ])
  const ledger = await sandbox.get('/mcp/servers/gumloop_ledger/tools')
  expect([at(ledger.json, 'tools'), at(ledger.json, 'gumloop_auth_url')]).toEqual([
    [],
    'https://www.gumloop.com/oauth/connect/ledger',
  ])
})

test('responds with 200 when all calls end alike, and with 207 when they do not', async () => {
  const good = await sandbox.post('/mcp/tools/call', { calls: [send] })
  expect([good.status, at(good.json, 'results.0.content')]).toEqual([
    200,
    [{ type: 'text', text: 'Message sent to #general' }],
  ])
  const bad = await sandbox.post('/mcp/tools/call', { calls: [pay, { server_id: 'x', tool_name: 'y' }] })
  expect([bad.status, outcome(bad.json)]).toEqual([
    200,
    [
      ['0', 'unauthenticated'],
      ['1', 'error'],
    ],
  ])
  const mixed = await sandbox.post('/mcp/tools/call', { calls: [send, pay] })
  expect([mixed.status, outcome(mixed.json), at(mixed.json, 'results.1.error.code')]).toEqual([
    207,
    [
      ['a', 'success'],
      ['1', 'unauthenticated'],
    ],
    'auth_required',
  ])
})
