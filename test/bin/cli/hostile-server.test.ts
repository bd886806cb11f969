/** What a server says is shown, and never controls the terminal. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli } from '../../support/cli.ts'
import { NOW_MS } from '../../support/connectors.ts'
import type { Json } from '../../support/mcp-server.ts'

const ATTACK =
  'x\u001b[2J\u001b]52;c;ZWNobyBoYWNrZWQ=\u0007\u009b31m\u202e\u2066\r\nok  everything is fine\u2028\u0000\u200b'

let server: Server
let url: string
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const { status, body } = answerTo(request, text === '' ? {} : JSON.parse(text))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

function answerTo(
  { method, url: path = '' }: IncomingMessage,
  message: Json,
): { status: number; body: Json } {
  if (path.startsWith('/mcp/error')) return { status: 200, body: { error: { code: 1, message: ATTACK } } }
  if (path.startsWith('/mcp/')) {
    const serverInfo = { name: ATTACK, title: ATTACK, version: ATTACK }
    const tools = [{ name: ATTACK, title: ATTACK, description: ATTACK, inputSchema: {} }]
    const results: Json = {
      initialize: { protocolVersion: '2025-11-25', serverInfo, instructions: ATTACK },
      'server/discover': { serverInfo, instructions: ATTACK },
      'tools/list': { tools },
    }
    return { status: 200, body: { jsonrpc: '2.0', id: 1, result: results[message.method] ?? {} } }
  }
  if (path.includes('/fails')) {
    const errors = [
      { path: ATTACK, message: ATTACK },
      { path: ATTACK, message: ATTACK },
    ]
    return { status: 400, body: { error: { code: ATTACK, message: ATTACK, next_step: ATTACK, errors } } }
  }
  const isList = method === 'GET' && /\/(mcp|accounts|api-tokens|audit|tool-groups|calls)(\?|$)/.test(path)
  return { status: 200, body: isList ? { result: [RECORD], next_cursor: null, result_count: 1 } : RECORD }
}

const RECORD: Json = {
  id: ATTACK,
  name: ATTACK,
  account_id: ATTACK,
  actor: ATTACK,
  action: ATTACK,
  target: ATTACK,
  outcome: ATTACK,
  error: ATTACK,
  at: ATTACK,
  tool: ATTACK,
  client: ATTACK,
  connector_id: ATTACK,
  duration_ms: ATTACK,
  upstream_status: ATTACK,
  state: ATTACK,
  user_id: ATTACK,
  team_id: ATTACK,
  scopes: [ATTACK],
  tags: [ATTACK],
  tools: [ATTACK],
  config: { methods: [ATTACK], tags: [ATTACK], tool_exposure: ATTACK, require_api_token_auth: false },
  disabled: false,
  expires_at: null,
  created_by: ATTACK,
  created_at: '2026-11-22T11:00:00Z',
  updated_at: '2026-11-22T11:00:00Z',
  last_used_at: null,
  revoked_at: null,
  url: ATTACK,
  token: ATTACK,
}

const run = async (line: string, options: { color?: boolean } = {}) => {
  const env = { GUMLOOP_MCP_ADMIN_TOKEN: 'gapi_x', ...(options.color === true && { FORCE_COLOR: '1' }) }
  const { stdout, stderr, exitCode } = await cli(line.split(' '), { env, nowMs: NOW_MS })
  return { text: stdout + stderr, stdout, exitCode }
}
const OUR_COLORS = [1, 2, 22, 31, 32, 33, 39].map(code => `\u001b[${code}m`)
const withoutOurColors = (text: string) =>
  OUR_COLORS.reduce((left, color) => left.replaceAll(color, ''), text)

const COMMANDS = [
  'connector test URL/mcp/gmcp_x',
  'connector test URL/mcp/error',
  'connector list --account acme --server URL',
  'connector show x --account acme --server URL',
  'connector show fails --account acme --server URL',
  'connector create --name x --account acme --server URL',
  'connector rotate x --account acme --server URL',
  'connector revoke x --account acme --yes --server URL',
  'account list --server URL',
  'account show --account x --server URL',
  'account group list --account acme --server URL',
  'api-token list --server URL',
  'api-token create --name x --scopes connect --server URL',
  'audit list --account acme --server URL',
  'logs --account acme --server URL',
]

test.each(COMMANDS)('%s shows what it gets, and lets none of it through', async command => {
  const line = command.replace('URL', url)
  for (const json of ['', ' --json']) {
    const { text } = await run(line + json)
    expect(text).toMatch(/x\\{1,2}u001b\[2J/)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text.split('\n').filter(one => one.startsWith('ok  everything'))).toEqual([])
  }
  const { text } = await run(line, { color: true })
  expect(withoutOurColors(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
})
