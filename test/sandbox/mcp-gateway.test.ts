import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

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

test('a call acts with the named account, and never falls back to another one', async () => {
  const accounts = await sandbox.get('/mcp/servers/gumloop_slack/accounts')
  expect(
    listAt(accounts.json, 'accounts').map(account => [at(account, 'id'), at(account, 'is_default')]),
  ).toEqual([
    ['acct_slack_noor', true],
    ['acct_slack_sales', false],
  ])
  expect(at((await sandbox.get('/mcp/servers/gumloop_ledger/accounts')).json, 'accounts')).toEqual([])
  const send = {
    server_id: 'gumloop_slack',
    tool_name: 'slack_send_message',
    arguments: { channel: '#a', text: 'b' },
  }
  const calls = [{ ...send, account: 'acct_slack_sales' }, { ...send, account: 'acct_none' }, send]
  const reply = await sandbox.post('/mcp/tools/call', { calls })
  expect(reply.status).toBe(207)
  expect(at(reply.json, 'results.0.content.0.text')).toBe('Message sent to #a (as sales@harborfinch.example)')
  expect([at(reply.json, 'results.1.status'), at(reply.json, 'results.1.error.code')]).toEqual([
    'error',
    'invalid_account',
  ])
  expect(at(reply.json, 'results.2.content.0.text')).toBe('Message sent to #a')
})

test('resources and prompts of a server are listed and read', async () => {
  const resources = await sandbox.get('/mcp/servers/gumloop_slack/resources')
  const uri = textAt(resources.json, 'resources.0.uri')
  const read = await sandbox.get(`/mcp/servers/gumloop_slack/resources/read?uri=${encodeURIComponent(uri)}`)
  expect(textAt(read.json, 'contents.0.text')).toContain('broken wheels')
  const prompts = await sandbox.get('/mcp/servers/gumloop_slack/prompts')
  expect(at(prompts.json, 'prompts.0.name')).toBe('summarize_channel')
  const get = (args: unknown, name = 'summarize_channel') =>
    sandbox.post('/mcp/servers/gumloop_slack/prompts/get', { name, arguments: args })
  expect(at((await get({ channel: '#repairs' })).json, 'messages.0.content.text')).toContain('#repairs')
  expect([(await get({})).status, (await get({}, 'none')).status]).toEqual([400, 404])
})

test('a server that is not connected has empty lists, and nothing can be read from it', async () => {
  const ledger = '/mcp/servers/gumloop_ledger'
  const lists = [await sandbox.get(`${ledger}/resources`), await sandbox.get(`${ledger}/prompts`)]
  expect(lists.map(reply => at(reply.json, 'status'))).toEqual(['unauthenticated', 'unauthenticated'])
  expect([at(lists[0]?.json, 'resources'), at(lists[1]?.json, 'prompts')]).toEqual([[], []])
  expect((await sandbox.get(`${ledger}/resources/read?uri=x`)).status).toBe(409)
})
