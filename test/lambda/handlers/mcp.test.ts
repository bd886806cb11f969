/** The MCP function with its deployed wiring, over real DynamoDB and Secrets Manager protocols, without the gateway. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAccountStore } from '../../../lambda/accounts/account-store.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import { type McpFunction, wireMcpFunction } from '../../../lambda/handlers/mcp-wiring.ts'
import { storeConnector } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { dataPointsOf, nameOf } from '../../support/embedded-metrics.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'
import type { Json } from '../../support/mcp-server.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../../support/scripted-upstream.ts'

let dynalite: DynaliteTable
let secrets: FakeSecretsManager
let upstream: ScriptedUpstream
let mcp: McpFunction
let token: string
let environment: Record<string, string>
const accounts = () => createAccountStore(createTable({ tableName: TABLE_NAME }))

beforeAll(async () => {
  dynalite = await startDynaliteTable()
  secrets = await startFakeSecretsManager()
  // The second fake resets the endpoint of the first, so it is set again.
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynalite.endpointUrl
  upstream = await startScriptedUpstream()
  environment = {
    TABLE_NAME,
    ACCOUNT_SECRET_PREFIX: 'stack/accounts/',
    GUMLOOP_BASE_URL: upstream.baseUrl,
    GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
    LOG_LEVEL: 'error',
  }
  mcp = wireMcpFunction(environment)
  await accounts().put({ id: 'acme', actor: 'test', nowMs: Date.now() })
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
  await mcp.settle()
  await dynalite.close()
  await secrets.close()
  await upstream.close()
})

async function call(name: string, args: unknown = {}, fn = mcp): Promise<Json> {
  const { status, body } = await fn.app({
    method: 'POST',
    path: `/mcp/${token}`,
    query: '',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    readBody: async () =>
      Buffer.from(
        JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      ),
    signal: new AbortController().signal,
    deadlineMs: Date.now() + 10_000,
    requestId: 'r',
  })
  expect(status).toBe(200)
  return JSON.parse(String(body)).result
}

describe('an account', () => {
  test('without a key gives an error that says what to do', async () => {
    const result = await call('list_all_gumloop_agents')
    expect(result.structuredContent.error.code).toBe('account_not_configured')
    expect(result.content[0].text).toContain('administrator')
  })

  test('that gets a key works without a deployment; the key is read once for many calls', async () => {
    secrets.secrets.set('stack/accounts/acme', JSON.stringify({ api_key: 'first', user_id: 'u' }))
    upstream.script({ status: 200, json: { agents: [] } })
    secrets.takeOperations()
    for (let i = 0; i < 3; i++) expect((await call('list_all_gumloop_agents')).isError).toBeFalsy()
    expect(secrets.takeOperations()).toEqual(['GetSecretValue'])
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer first')
  })

  test('whose key Gumloop rejects for some seconds is set to needs_reauth, and back when the key works', async () => {
    const refused = async () => {
      upstream.script({ status: 401, json: { error: { code: 'invalid_token' } } })
      const result = await call('list_all_gumloop_agents')
      await mcp.settle()
      expect(result.structuredContent.error.code).toBe('credentials_refused')
    }
    await refused()
    expect(await accounts().get('acme')).toMatchObject({ state: 'ready' })
    await sleep(5_000)
    await refused()
    expect(await accounts().get('acme')).toMatchObject({
      state: 'needs_reauth',
      refused_at: expect.any(String),
    })
    upstream.script({ status: 200, json: { agents: [] } })
    await call('list_all_gumloop_agents')
    await mcp.settle()
    expect(await accounts().get('acme')).toMatchObject({ state: 'ready', refused_at: null })
  })
})

test('writes the metrics of a call to standard output if the stage sets a namespace', async () => {
  const written: string[] = []
  const output = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    written.push(String(text))
    return true
  })
  const metered = { ...environment, LOG_LEVEL: 'info', METRIC_NAMESPACE: 'Stack', METRICS_BY: 'tool' }
  await call('list_all_gumloop_agents', { page: 'x' }, wireMcpFunction(metered))
  output.mockRestore()
  const points = written
    .join('')
    .split('\n')
    .filter(line => line.includes('"tool_call"'))
    .flatMap(line => dataPointsOf(JSON.parse(line)))
  expect(new Set(points.map(({ namespace }) => namespace))).toEqual(new Set(['Stack']))
  expect(points.map(nameOf)).toEqual([
    'failed',
    'failed{outcome=invalid_arguments}',
    'failed{tool=list_all_gumloop_agents}',
    'duration_ms',
    'duration_ms{tool=list_all_gumloop_agents}',
    'upstream_failed',
  ])
})
