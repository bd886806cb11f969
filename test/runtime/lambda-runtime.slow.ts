/** The deployed bundle on AWS's runtime client: streaming as the gateway receives it, buffered responses, errors. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../lambda/aws/table.ts'
import { storeConnector } from '../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../support/dynalite-table.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../support/fake-secrets-manager.ts'
import type { Json } from '../support/mcp-server.ts'
import { type Environment, proxyEvent, splitPrelude, startFunction } from './runtime-api.ts'

const BUNDLE = path.resolve(import.meta.dirname, '../../dist/lambda/mcp/index.cjs')
const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-runtime-'))

let table: DynaliteTable
let secrets: FakeSecretsManager
let sandbox: Sandbox
let token: string
const environments: Environment[] = []

async function start(mode: 'STREAM' | 'BUFFERED', more: Record<string, string> = {}): Promise<Environment> {
  const environment = await startFunction(folder, {
    TABLE_NAME,
    ACCOUNT_SECRET_PREFIX: 'stack/accounts/',
    TRANSFER_MODE: mode,
    GUMLOOP_BASE_URL: `${sandbox.url}/api/v1`,
    GUMLOOP_STREAM_BASE_URL: `${sandbox.url}/api/v1`,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpointUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpointUrl,
    ...more,
  })
  environments.push(environment)
  return environment
}

beforeAll(async () => {
  copyFileSync(BUNDLE, path.join(folder, 'index.js'))
  sandbox = await startSandbox()
  table = await startDynaliteTable()
  secrets = await startFakeSecretsManager()
  secrets.secrets.set('stack/accounts/acme', JSON.stringify({ api_key: 'key', user_id: 'sandbox-user' }))
  const config = {
    methods: [],
    tags: [],
    tool_exposure: 'essentials' as const,
    require_api_token_auth: false,
    max_result_characters: 48_000,
  }
  token = (await storeConnector(createTable({ tableName: TABLE_NAME }), { config })).token
})
afterAll(async () => {
  await Promise.all(environments.map(environment => environment.stop()))
  await table.close()
  await secrets.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

const request = (method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id: 1, method, params })

describe('streaming', () => {
  let mcp: Environment
  beforeAll(async () => {
    mcp = await start('STREAM')
  })

  test('a JSON response starts with a prelude of status and headers', async () => {
    const invocation = await mcp.invoke(proxyEvent(token, request('tools/list')))
    expect([invocation.mode, invocation.contentType]).toEqual([
      'streaming',
      'application/vnd.awslambda.http-integration-response',
    ])
    const { statusCode, headers, body } = splitPrelude(invocation)
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json',
      'no-store',
    ])
    expect(JSON.parse(body).result.tools.length).toBeGreaterThanOrEqual(10)
  })

  test('the same environment handles a second request that calls Gumloop', async () => {
    const call = request('tools/call', { name: 'list_all_gumloop_agents', arguments: {} })
    const { body } = splitPrelude(await mcp.invoke(proxyEvent(token, call)))
    const { result }: Json = JSON.parse(body)
    expect(result.structuredContent.result_count).toBeGreaterThan(2)
  })

  test.each<[string, Record<string, unknown>, number, string]>([
    ['a notification', proxyEvent('', { jsonrpc: '2.0', method: 'notifications/initialized' }), 202, ''],
    ['a GET', proxyEvent('', {}, { httpMethod: 'GET', body: null }), 405, 'Method not allowed'],
    ['an unknown token', proxyEvent('gmcp_nobody', request('ping')), 404, 'Not found.'],
    [
      'another path',
      proxyEvent('', {}, { path: '/.well-known/oauth-protected-resource' }),
      404,
      'Not found.',
    ],
  ])('%s has a prelude', async (_, event, status, words) => {
    const path = event.path === '/mcp/' ? `/mcp/${token}` : event.path
    const { statusCode, body } = splitPrelude(await mcp.invoke({ ...event, path }))
    expect(statusCode).toBe(status)
    if (words === '') expect(body).toBe('')
    else expect(body).toContain(words)
  })

  test('progress of a wait arrives while it is running', async () => {
    const agents = JSON.parse(
      splitPrelude(
        await mcp.invoke(
          proxyEvent(
            token,
            request('tools/call', { name: 'list_all_gumloop_agents', arguments: { search: 'security' } }),
          ),
        ),
      ).body,
    )
    const agent_id = agents.result.structuredContent.result[0].id
    const started = JSON.parse(
      splitPrelude(
        await mcp.invoke(
          proxyEvent(
            token,
            request('tools/call', { name: 'create_a_gumloop_session', arguments: { agent_id, input: 'go' } }),
          ),
        ),
      ).body,
    )
    const { session_id } = started.result.structuredContent
    const wait = request('tools/call', {
      name: 'wait_for_gumloop_session',
      arguments: { session_id },
      _meta: { progressToken: 'p1' },
    })
    const invocation = await mcp.invoke(proxyEvent(token, wait))
    const { headers, body } = splitPrelude(invocation)
    expect(headers['content-type']).toBe('text/event-stream')
    const messages: Json[] = [...body.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data))
    expect(messages.filter(message => message.method === 'notifications/progress').length).toBeGreaterThan(1)
    expect(messages.at(-1).result.structuredContent).toMatchObject({
      session_id,
      state: 'completed',
      is_over: true,
    })
    const [first] = invocation.chunks
    expect((first?.atMs ?? 0) + 1500).toBeLessThan(invocation.durationMs)
    expect(new Set(invocation.chunks.map(chunk => Math.round(chunk.atMs / 200))).size).toBeGreaterThan(2)
  })

  test('the log contains none of it', () => {
    expect(mcp.output()).toContain('tool_call')
    expect(mcp.output()).not.toContain(token.split('_').slice(2).join('_'))
  })
})

describe('buffered', () => {
  test('a proxy response in one piece', async () => {
    const mcp = await start('BUFFERED')
    const invocation = await mcp.invoke(proxyEvent(token, request('ping')))
    const answer = JSON.parse(Buffer.concat(invocation.chunks.map(chunk => chunk.data)).toString())
    expect([invocation.mode, answer.statusCode, JSON.parse(answer.body).result]).toEqual([
      'buffered',
      200,
      {},
    ])
  })
})

test('missing settings fail the init with all their names', async () => {
  await expect(startFunction(folder, { TRANSFER_MODE: 'x' })).rejects.toThrow(
    /TABLE_NAME is not set.*ACCOUNT_SECRET_PREFIX is not set.*TRANSFER_MODE must be/s,
  )
})
