/**
 * One request reads the secret of its connector's account, and no other: every tool, over the wiring of the MCP
 * function.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import { findTool, toolIndex } from '../../../lambda/catalog/catalog.ts'
import { type McpFunction, wireMcpFunction } from '../../../lambda/handlers/mcp-wiring.ts'
import { leastArguments } from '../../prism/tool-arguments.ts'
import { storeConnector } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../../support/scripted-upstream.ts'

const PREFIX = 'stack/accounts/'
const ACCOUNTS = ['acme', 'other']

let dynalite: DynaliteTable
let secrets: FakeSecretsManager
let upstream: ScriptedUpstream
const tokens: Record<string, string> = {}

beforeAll(async () => {
  dynalite = await startDynaliteTable()
  secrets = await startFakeSecretsManager()
  upstream = await startScriptedUpstream()
  const config = {
    methods: [],
    tags: [],
    tool_exposure: 'all' as const,
    require_api_token_auth: false,
    max_result_characters: 48_000,
  }
  for (const account of ACCOUNTS) {
    secrets.secrets.set(`${PREFIX}${account}`, JSON.stringify({ api_key: `key-of-${account}`, user_id: 'u' }))
    const stored = await storeConnector(createTable({ tableName: TABLE_NAME }), {
      account_id: account,
      config,
    })
    tokens[account] = stored.token
  }
})
afterAll(async () => {
  await dynalite.close()
  await secrets.close()
  await upstream.close()
})

/** A function whose environment is new: it remembers no credentials. */
const newFunction = () =>
  wireMcpFunction({
    TABLE_NAME,
    ACCOUNT_SECRET_PREFIX: PREFIX,
    GUMLOOP_BASE_URL: upstream.baseUrl,
    GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
    LOG_LEVEL: 'error',
  })

async function send(mcp: McpFunction, account: string, method: string, params: object): Promise<void> {
  const { status } = await mcp.app({
    method: 'POST',
    path: `/mcp/${tokens[account]}`,
    query: '',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    readBody: async () => Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })),
    signal: new AbortController().signal,
    deadlineMs: Date.now() + 5_000,
    requestId: 'r',
  })
  expect(status).toBe(200)
  await mcp.settle()
}

/** Names of the secrets that were read, and the keys that went to Gumloop, since the last call. */
function taken() {
  const read = [...new Set(secrets.takeReads())]
  const sent = [...new Set(upstream.requests.splice(0).map(({ headers }) => headers.authorization))]
  return { read, sent }
}

test('every tool, also where its arguments name another account', async () => {
  const own = [`${PREFIX}acme`]
  let callsWithSecret = 0
  for (const { name } of toolIndex()) {
    const tool = findTool(name)
    const least = tool?.plan === undefined ? {} : leastArguments(tool)
    for (const args of [least, { ...least, account_id: 'other', account: 'other', accountId: 'other' }]) {
      taken()
      await send(newFunction(), 'acme', 'tools/call', { name, arguments: args })
      const { read, sent } = taken()
      if (read.length > 0) callsWithSecret++
      expect([name, read, sent]).toEqual([
        name,
        read.length > 0 ? own : [],
        sent.length > 0 ? ['Bearer key-of-acme'] : [],
      ])
    }
  }
  expect(callsWithSecret).toBeGreaterThan(80)
}, 120_000)

test('resources, templates and completions', async () => {
  for (const [method, params] of [
    ['resources/read', { uri: 'gumloop://artifacts/art_1' }],
    ['resources/read', { uri: 'gumloop://other/artifacts/art_1' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'run_an_agent' }, argument: { name: 'agent', value: 'a' } },
    ],
  ] as const) {
    taken()
    await send(newFunction(), 'acme', method, params)
    const { read } = taken()
    expect(read.filter(secret => secret !== `${PREFIX}acme`)).toEqual([])
  }
})

test('a key that Gumloop rejects is read anew, of the same account', async () => {
  upstream.script({ status: 401, json: { error: { code: 'invalid_token' } } })
  taken()
  await send(newFunction(), 'other', 'tools/call', { name: 'list_all_gumloop_agents', arguments: {} })
  expect(taken()).toEqual({ read: [`${PREFIX}other`], sent: ['Bearer key-of-other'] })
  upstream.script({ status: 200, json: {} })
})

test('requests at the same time in one environment each use their own key', async () => {
  const mcp = newFunction()
  taken()
  const rounds = Array.from({ length: 20 }, (_, round) => ACCOUNTS[round % 2] ?? '')
  await Promise.all(
    rounds.map(account =>
      send(mcp, account, 'tools/call', {
        name: 'get_single_gumloop_agent_by_id',
        arguments: { agent_id: `agent_of_${account}` },
      }),
    ),
  )
  const used = upstream.requests.map(({ url, headers }) => [
    url.match(/agent_of_(\w+)/)?.[1],
    headers.authorization,
  ])
  expect(used).toHaveLength(20)
  expect(used.filter(([account, key]) => key !== `Bearer key-of-${account}`)).toEqual([])
  expect(secrets.takeReads().sort()).toEqual(ACCOUNTS.map(account => `${PREFIX}${account}`))
})
