import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { type CliSituation, cli } from '../../support/cli.ts'
import { storeConnector } from '../../support/connectors.ts'

let server: AdminServer
let account: string
let accounts = 0
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  accounts += 1
  account = `account-${accounts}`
  await server.ask('PUT', `/accounts/${account}`, { api_key: 'k' })
})

function run(line: string, situation: Partial<CliSituation> = {}) {
  const env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token }
  const args = `connector refresh ${line} --account ${account}`.split(' ').filter(word => word !== '')
  return cli(args, { nowMs: server.clock.nowMs, env, ...situation })
}

/** A connector of the first version of the catalog, which lacks one tool. */
async function old(name: string, over: { methods?: string[]; revoked_at?: string } = {}): Promise<string> {
  const { methods = [], ...rest } = over
  const config = {
    methods,
    tags: [],
    tool_exposure: 'all' as const,
    require_api_token_auth: false,
    max_result_characters: 48_000,
  }
  const { record } = await storeConnector(server.table, { account_id: account, name, config, ...rest })
  return record.id
}

async function versionOf(id: string): Promise<number> {
  const { body } = await server.ask('GET', `/integrated-account/${account}/mcp/${id}`)
  return body.config.catalog_version ?? 0
}

test('one connector: the preview changes nothing, the refresh lists what it adds', async () => {
  const id = await old('Everything')
  const preview = await run(`${id} --preview`)
  expect([preview.exitCode, preview.stdout]).toEqual([
    0,
    `Everything (${id}): 1 new tool\n  kill_a_gumloop_flow_run\n`,
  ])
  expect(await versionOf(id)).toBe(1)
  const done = await run(`${id} --yes`)
  expect(done.stdout).toBe(
    `Everything (${id}): 1 new tool\n  kill_a_gumloop_flow_run\nRefreshed Everything (${id}).\n`,
  )
  expect(await versionOf(id)).toBe(2)
})

test('--all refreshes every connector that is not revoked', async () => {
  const everything = await old('Everything')
  const reading = await old('Reading', { methods: ['read'] })
  const revoked = await old('Gone', { revoked_at: '2026-11-22T11:30:00Z' })
  const { stdout } = await run('--all --yes')
  expect(stdout).toContain(`Reading (${reading}): no new tools\n`)
  expect([await versionOf(everything), await versionOf(reading), await versionOf(revoked)]).toEqual([2, 2, 1])
})

test('a person at a terminal is asked first', async () => {
  const id = await old('Everything')
  const refused = await run(id, { terminal: true, input: 'n\n' })
  expect([refused.exitCode, await versionOf(id)]).toEqual([0, 1])
})

test('--json prints what was added', async () => {
  const id = await old('Everything')
  expect(JSON.parse((await run(`${id} --json`)).stdout)).toMatchObject({
    result: [{ added_tools: ['kill_a_gumloop_flow_run'], preview: false, connector: { id } }],
    result_count: 1,
  })
})

test('needs either a connector or --all', async () => {
  const neither = await run('')
  const both = await run(`${await old('Everything')} --all`)
  expect([neither.exitCode, both.exitCode, both.stderr]).toEqual([
    2,
    2,
    expect.stringContaining('Name one connector, or use --all.'),
  ])
})
