/** A `connect` token fits the connectors that it is bound to, and the log says whose token a call came with. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import type { ApiTokenRecord } from '../../../lambda/connectors/api-token.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS, storeApiToken, storeConnector } from '../../support/connectors.ts'
import { TABLE_NAME } from '../../support/dynalite-table.ts'
import { startTestServer, type TestServer } from '../../support/mcp-server.ts'

const requiring = {
  methods: [],
  tags: [],
  tool_exposure: 'all' as const,
  require_api_token_auth: true,
}

describe('the MCP endpoint', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  /** Calls a tool of a new connector with a new API token; the response's status. */
  async function call(token: (connectorId: string) => Partial<ApiTokenRecord>) {
    const table = createTable({ tableName: TABLE_NAME })
    const connector = await storeConnector(table, { config: requiring })
    const apiToken = await storeApiToken(table, token(connector.record.id))
    server.upstream.script({ status: 200, json: { agents: [] } })
    const response = await fetch(`${server.origin}/mcp/${connector.token}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${apiToken.token}`,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'list_all_gumloop_agents', arguments: {} },
      }),
    })
    const text = await response.text()
    return { status: response.status, text, tokenId: apiToken.record.id, token: apiToken.token }
  }

  test.each<[string, (id: string) => Partial<ApiTokenRecord>, number]>([
    ['that is bound to nothing', () => ({}), 200],
    ['of its account', () => ({ accounts: ['globex', 'acme'] }), 200],
    ['of the connector itself', id => ({ connectors: [id] }), 200],
    ['of another account and the connector itself', id => ({ accounts: ['globex'], connectors: [id] }), 200],
    [
      'of its account and another connector',
      () => ({ accounts: ['acme'], connectors: ['z'.repeat(16)] }),
      200,
    ],
    ['of another account', () => ({ accounts: ['globex'] }), 404],
    ['of another connector', () => ({ connectors: ['z'.repeat(16)] }), 404],
    ['with an empty list', () => ({ accounts: [], connectors: [] }), 404],
    ['of its account, for administration', () => ({ accounts: ['acme'], scopes: ['admin'] }), 404],
  ])('with a token %s', async (_, token, status) => {
    const answer = await call(token)
    expect(answer.status).toBe(status)
    if (status === 404) expect(answer.text).toContain('Not found.')
  })

  test('writes the id of the token into the line of the call, and nothing else of it', async () => {
    const { tokenId, token } = await call(id => ({ connectors: [id] }))
    const lines = server.log().split('\n')
    const line = lines.findLast(one => one.includes('"tool_call"')) ?? '{}'
    expect(JSON.parse(line)).toMatchObject({ tool: 'list_all_gumloop_agents', api_token_id: tokenId })
    expect(server.log()).not.toContain(token.slice(22))
  })
})

describe('administration', () => {
  let server: AdminServer
  beforeAll(async () => {
    server = await startAdminServer()
    await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
  })
  afterAll(() => server.close())
  const create = (body: object) =>
    server.ask('POST', '/api-tokens', { name: 'agent', scopes: ['connect'], ...body })

  test('creates a bound token, lists what it is bound to, and records it', async () => {
    const connectors = ['k3v9q0c2m7x1b8zd']
    const { status, body } = await create({ accounts: ['acme', 'acme'], connectors })
    expect([status, body.accounts, body.connectors]).toEqual([201, ['acme'], connectors])
    const { result } = (await server.ask('GET', '/api-tokens')).body
    expect(result).toContainEqual(expect.objectContaining({ id: body.id, accounts: ['acme'], connectors }))
    const trail = (await server.ask('GET', '/audit')).body.result
    expect(trail).toContainEqual(
      expect.objectContaining({
        target: body.id,
        detail: expect.objectContaining({ accounts: ['acme'], connectors }),
      }),
    )
    expect((await create({})).body).toMatchObject({ accounts: null, connectors: null })
  })

  test.each([
    [{ accounts: [] }, 'accounts'],
    [{ connectors: ['K'] }, 'connectors[0]'],
    [{ connectors: 'k3v9q0c2m7x1b8zd' }, 'connectors'],
    [{ accounts: Array.from({ length: 51 }, (_, n) => `a${n}`) }, 'accounts'],
    [{ scopes: ['admin'], accounts: ['acme'] }, 'accounts'],
  ])('refuses %j', async (input, path) => {
    const { status, body } = await create(input)
    expect([status, body.error.errors.map(error => error.path)]).toEqual([400, [path]])
  })

  test('the command line binds tokens and shows it', async () => {
    const run = (line: string) =>
      cli(line.split(' '), {
        env: { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token },
        nowMs: NOW_MS,
      })
    const line = 'api-token create --name bot --scopes connect --accounts acme --connectors k3v9q0c2m7x1b8zd'
    const { id } = JSON.parse((await run(`${line} --json`)).stdout)
    const { stdout } = await run('api-token list')
    expect(stdout).toMatch(new RegExp(`${id} +bot +connect +acme, k3v9q0c2m7x1b8zd +never`))
    expect(stdout).toMatch(/tests +admin +- /)
  })
})
