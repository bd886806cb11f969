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
  test('reports a healthy deployment, through a connector that it revokes afterwards', async () => {
    upstream.script({ status: 200, json: { agents: [], next_cursor: null } })
    const { exitCode, stdout, stderr } = await run('doctor')
    const report = stdout
      .replace(/Node [\d.]+/, 'Node N')
      .replace(/\d+ ms/, 'N ms')
      .replace(/\d+ s /, 'N s ')
    expect({ exitCode, report, stderr }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "report": "ok       server         responds, on Node N
      ok       version        0.2.0, same as this command line
      ok       clock          N s off this machine's clock
      ok       table          can be read
      ok       call log       can be read
      ok       long runs      are watched
      ok       account local  Gumloop accepts its key (round trip: N ms)
      ",
        "stderr": "",
      }
    `)
    const { result } = JSON.parse((await run('connector', 'list', '--json')).stdout)
    // Both connectors may have been created in the same second: then either can come first.
    const doctor = result.find((one: { name: string }) => one.name === 'doctor')
    expect([doctor.name, doctor.revoked_at !== null, doctor.config.methods]).toEqual([
      'doctor',
      true,
      ['list_all_gumloop_agents'],
    ])
  })

  test('fails and says how to fix an account whose key Gumloop rejects', { timeout: 40_000 }, async () => {
    upstream.script({ status: 401, json: { error: { code: 'invalid_token', message: 'no' } } })
    const { exitCode, stdout, stderr } = await run('doctor', '--account', 'local')
    expect([exitCode, stderr]).toEqual([1, '1 of 7 checks failed.\n'])
    expect(stdout).toMatch(
      /failed {3}account local {2}credentials_refused: .*\n +Store a new key: gumloop-mcp account put --account local/,
    )
    // One refusal is not believed yet; calls that repeat it over some seconds are.
    const lastFinding = async () => {
      await run('doctor', '--account', 'local')
      return JSON.parse((await run('doctor', '--no-probe', '--json')).stdout).findings.at(-1)
    }
    await expect.poll(lastFinding, { timeout: 30_000, interval: 500 }).toEqual({
      about: 'account local',
      state: 'failed',
      says: 'Gumloop rejects its key',
      fix: 'Store a new one: gumloop-mcp account put --account local',
    })
    expect(upstream.requests.length).toBeGreaterThan(0)
  })
})

describe('findings', () => {
  const view = {
    version: PRODUCT_VERSION,
    now: '2026-11-22T12:00:00Z',
    node: 'v24.1.0',
    checks: { table: { state: 'ok' }, call_log: { state: 'ok' }, long_runs: { state: 'ok' } },
  } as const
  const states = (findings: { about: string; state: string }[]) =>
    Object.fromEntries(findings.map(({ about, state }) => [about, state]))

  test('are all ok for a healthy deployment', () => {
    expect(new Set(Object.values(states(findingsOf(view, NOW_MS))))).toEqual(new Set(['ok']))
  })

  test('are warnings and failures, each with a fix', () => {
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
    const problems = findings.filter(({ state }) => state === 'failed' || state === 'warning')
    expect(problems.every(({ fix }) => (fix ?? '').length > 20)).toBe(true)
    expect(problems[1]?.says).toBe(
      "the server's time is 2026-11-22T12:00:00Z, 120 s off this machine's clock",
    )
  })
})

describe('connector test', () => {
  test('connects with both kinds of protocol version, and shows the tools and their token counts', async () => {
    const { exitCode, stdout } = await run('connector', 'test', server.connectorUrl ?? '')
    const lines = stdout.split('\n')
    expect([exitCode, lines[0], lines[1]]).toEqual([
      0,
      expect.stringMatching(/^ok {2}protocol 2025-11-25: Gumloop [\d.]+, \d+ tools, \d+ tokens, \d+ ms$/),
      expect.stringMatching(/^ok {2}protocol 2026-07-28: Gumloop [\d.]+, \d+ tools, \d+ tokens, \d+ ms$/),
    ])
    expect(stdout).toMatch(/\nlist_all_gumloop_agents +List agents +read +\d+\n/)
    expect(stdout).toMatch(/\ncreate_a_gumloop_session +.* +destructive +\d+\n/)
  })

  test('reads the URL from a pipe, and prints numbers with --json', async () => {
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

  test('reports what is wrong without repeating the URL', async () => {
    const wrong = `${server.origin}/mcp/gmcp_${'a'.repeat(16)}_${'b'.repeat(43)}`
    const rejected = await run('connector', 'test', wrong)
    expect([rejected.exitCode, rejected.stderr]).toEqual([
      1,
      'The server rejected the URL: it is mistyped, or its connector is expired, revoked or disabled.\nSee gumloop-mcp connector show ID. If the connector requires an API token, set GUMLOOP_MCP_API_TOKEN.\n',
    ])
    const nowhere = await run('connector', 'test', 'http://127.0.0.1:9/mcp/gmcp_secret')
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      1,
      'http://127.0.0.1:9 cannot be reached.\nCheck that the server is running and reachable from here.\n',
    ])
    expect((await run('connector', 'test', 'gmcp_secret')).stderr).not.toContain('gmcp_secret')
  })

  test('sends the API token that a connector requires', async () => {
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
