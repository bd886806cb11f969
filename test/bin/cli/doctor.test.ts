import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findingsOf } from '../../../bin/cli/doctor-findings.ts'
import { PRODUCT_VERSION } from '../../../lambda/shared/version.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS } from '../../support/connectors.ts'
import { type Started, startLocalProgram, temporaryFolder } from '../../support/local-server.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../../support/scripted-upstream.ts'

const { folder, remove } = temporaryFolder()
let server: Started
let upstream: ScriptedUpstream
beforeAll(async () => {
  upstream = await startScriptedUpstream()
  server = await startLocalProgram(folder, ['--port', '0'], {
    GUMLOOP_API_KEY: 'k',
    GUMLOOP_USER_ID: 'u',
    GUMLOOP_BASE_URL: upstream.baseUrl,
  })
})
afterAll(async () => {
  await server.stop()
  await upstream.close()
  remove()
})

const environment = () => ({
  GUMLOOP_MCP_SERVER: server.origin,
  GUMLOOP_MCP_ADMIN_TOKEN: readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim(),
})
const run = (...args: string[]) => cli(args, { env: environment(), nowMs: Date.now() })

describe('doctor', () => {
  test('finds a healthy deployment well, through a connector that it takes away again', async () => {
    upstream.script({ status: 200, json: { agents: [], next_cursor: null } })
    const { exitCode, stdout, stderr } = await run('doctor')
    const said = stdout
      .replace(/Node [\d.]+/, 'Node N')
      .replace(/\d+ ms/, 'N ms')
      .replace(/\d+ s /, 'N s ')
    expect({ exitCode, said, stderr }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "said": "ok       server         answers, on Node N
      ok       version        0.1.0, as this command line
      ok       clock          N s apart from this machine's
      ok       table          holds connectors, accounts and tokens
      ok       call log       can be read
      ok       long runs      are watched
      ok       account local  Gumloop takes its key (N ms from here and back)
      ",
        "stderr": "",
      }
    `)
    const { result } = JSON.parse((await run('connector', 'list', '--json')).stdout)
    // Made in the same second as the first connector, perhaps: then either may stand first.
    const doctor = result.find((one: { name: string }) => one.name === 'doctor')
    expect([doctor.name, doctor.revoked_at !== null, doctor.config.methods]).toEqual([
      'doctor',
      true,
      ['list_all_gumloop_agents'],
    ])
  })

  test('says which account Gumloop refuses, what to do, and fails', async () => {
    upstream.script({ status: 401, json: { error: { code: 'invalid_token', message: 'no' } } })
    const { exitCode, stdout, stderr } = await run('doctor', '--account', 'local')
    expect([exitCode, stderr]).toEqual([1, '1 of 7 checks failed.\n'])
    expect(stdout).toMatch(
      /failed {3}account local {2}credentials_refused: .*\n +Store a new key: gumloop-mcp account put --account local/,
    )
    const json = await run('doctor', '--no-probe', '--json')
    const { findings } = JSON.parse(json.stdout)
    expect(findings.at(-1)).toEqual({
      about: 'account local',
      state: 'failed',
      says: 'Gumloop refuses its key',
      fix: 'Store a new one: gumloop-mcp account put --account local',
    })
    expect(upstream.requests.length).toBeGreaterThan(0)
  })
})

describe('what a deployment says of itself', () => {
  const view = {
    version: PRODUCT_VERSION,
    now: '2026-11-22T12:00:00Z',
    node: 'v24.1.0',
    checks: { table: { state: 'ok' }, call_log: { state: 'ok' }, long_runs: { state: 'ok' } },
  } as const
  const states = (findings: { about: string; state: string }[]) =>
    Object.fromEntries(findings.map(({ about, state }) => [about, state]))

  test('is well when all is', () => {
    expect(new Set(Object.values(states(findingsOf(view, NOW_MS))))).toEqual(new Set(['ok']))
  })

  test('is warned of, or found broken, each with what to do', () => {
    const findings = findingsOf(
      {
        ...view,
        version: '0.0.1',
        checks: {
          table: { state: 'failed', message: 'ResourceNotFoundException' },
          call_log: { state: 'failed', message: 'AccessDeniedException' },
          long_runs: { state: 'off' },
        },
      },
      NOW_MS + 120_000,
    )
    expect(states(findings)).toEqual({
      server: 'ok',
      version: 'warning',
      clock: 'warning',
      table: 'failed',
      'call log': 'failed',
      'long runs': 'off',
    })
    const unwell = findings.filter(({ state }) => state === 'failed' || state === 'warning')
    expect(unwell.every(({ fix }) => (fix ?? '').length > 20)).toBe(true)
    expect(unwell[1]?.says).toBe(
      "the server says 2026-11-22T12:00:00Z, which is 120 s apart from this machine's",
    )
  })
})

describe('connector test', () => {
  test('plays both protocols, and shows what a model would see and what it costs', async () => {
    const { exitCode, stdout } = await run('connector', 'test', server.connectorUrl ?? '')
    const lines = stdout.split('\n')
    expect([exitCode, lines[0], lines[1]]).toEqual([
      0,
      expect.stringMatching(/^ok {2}protocol 2025-11-25: Gumloop [\d.]+, \d+ tools, \d+ tokens, \d+ ms$/),
      expect.stringMatching(/^ok {2}protocol 2026-07-28: Gumloop [\d.]+, \d+ tools, \d+ tokens, \d+ ms$/),
    ])
    expect(stdout).toMatch(/\nlist_all_gumloop_agents +List agents +reads +\d+\n/)
    expect(stdout).toMatch(/\ncreate_a_gumloop_session +.* +writes, with care +\d+\n/)
  })

  test('takes the URL from a pipe, and prints numbers for a script', async () => {
    const { stdout } = await cli(['connector', 'test', '-', '--json'], {
      env: environment(),
      nowMs: Date.now(),
      input: `${server.connectorUrl}\n`,
    })
    const { protocols, tools } = JSON.parse(stdout)
    expect(protocols.map((one: { protocol: string }) => one.protocol)).toEqual(['2025-11-25', '2026-07-28'])
    expect(protocols[0].tool_count).toBe(tools.length)
    const sum = tools.reduce((total: number, { tokens }: { tokens: number }) => total + tokens, 0)
    expect(Math.abs(sum - protocols[0].tokens) / sum).toBeLessThan(0.02)
    expect(protocols[0].instructions_characters).toBeGreaterThan(100)
  })

  test('says what is wrong, without repeating the URL', async () => {
    const wrong = `${server.origin}/mcp/gmcp_${'a'.repeat(16)}_${'b'.repeat(43)}`
    const refused = await run('connector', 'test', wrong)
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      'The URL is refused: mistyped, expired, revoked or disabled; the answer does not tell.\ngumloop-mcp connector show ID tells more. If it asks for an API token, set GUMLOOP_MCP_API_TOKEN.\n',
    ])
    const nowhere = await run('connector', 'test', 'http://127.0.0.1:9/mcp/gmcp_secret')
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      1,
      'http://127.0.0.1:9 cannot be reached.\nIs the server running, and can it be reached from here?\n',
    ])
    expect((await run('connector', 'test', 'gmcp_secret')).stderr).not.toContain('gmcp_secret')
  })

  test('sends the API token that a connector asks for', async () => {
    const created = JSON.parse(
      (await run('connector', 'create', '--name', 'x', '--require-api-token', '--json')).stdout,
    )
    const { token } = JSON.parse(
      (await run('api-token', 'create', '--name', 'x', '--scopes', 'connect', '--json')).stdout,
    )
    expect((await run('connector', 'test', created.url)).exitCode).toBe(1)
    const env = { ...environment(), GUMLOOP_MCP_API_TOKEN: token }
    expect((await cli(['connector', 'test', created.url], { env, nowMs: Date.now() })).exitCode).toBe(0)
  })
})
