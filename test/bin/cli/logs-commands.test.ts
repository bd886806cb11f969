import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminServer, CALL_LOG_GROUP, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS, storeConnector } from '../../support/connectors.ts'

const ID = 'a'.repeat(16)

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
  await storeConnector(server.table, { id: ID })
  await storeConnector(server.table, { id: 'b'.repeat(16) })
  for (let minute = 0; minute < 120; minute++) {
    const timestampMs = NOW_MS - minute * 60_000
    const line = {
      timestamp: new Date(timestampMs).toISOString(),
      event: 'tool_call',
      request_id: `r${minute}`,
      connector_id: minute === 1 ? 'b'.repeat(16) : ID,
      account_id: 'acme',
      tool: 'list_all_gumloop_agents',
      outcome: minute === 2 ? 'credentials_refused' : 'ok',
      duration_ms: 40 + minute,
      ...(minute !== 0 && { upstream_status: minute === 2 ? 401 : 200, client: 'agent/7' }),
    }
    server.cloudWatchLogs.log(CALL_LOG_GROUP, timestampMs, JSON.stringify(line))
  }
})
afterAll(() => server.close())

function run(line: string) {
  const env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token }
  return cli(line.split(' '), { env, nowMs: NOW_MS })
}

describe('logs', () => {
  test('prints a table of calls, newest first', async () => {
    expect(await run('logs --since 2m')).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "TIME                  CONNECTOR         TOOL                     OUTCOME              DURATION  GUMLOOP  CLIENT
      2026-11-22T12:00:00Z  aaaaaaaaaaaaaaaa  list_all_gumloop_agents  ok                   40 ms     -        -
      2026-11-22T11:59:00Z  bbbbbbbbbbbbbbbb  list_all_gumloop_agents  ok                   41 ms     200      agent/7
      2026-11-22T11:58:00Z  aaaaaaaaaaaaaaaa  list_all_gumloop_agents  credentials_refused  42 ms     401      agent/7
      ",
      }
    `)
    const one = await run(`logs --since 4m --connector ${ID} --limit 3`)
    expect(one.stdout).not.toContain('CONNECTOR')
    expect([one.stdout.split('\n').length, one.stderr]).toEqual([
      5,
      'There may be more calls. Raise the limit to see them: --limit 6\n',
    ])
  })

  test('reads all pages with --json', async () => {
    const { stdout } = await run(`logs --connector ${ID} --limit 119 --json`)
    const { result, result_count, next_cursor } = JSON.parse(stdout)
    expect([result_count, result.at(-1).request_id, next_cursor]).toEqual([119, 'r119', null])
    expect(result[1]).toMatchObject({
      outcome: 'credentials_refused',
      upstream_status: 401,
      client: 'agent/7',
    })
  })

  test('says when there are no calls, and rejects invalid options', async () => {
    expect((await run('logs --since 0s --connector bbbbbbbbbbbbbbbb')).stdout).toBe(
      'No calls since 2026-11-22T12:00:00Z.\n',
    )
    expect([await run('logs --since soon'), await run('logs --limit 0')]).toEqual([
      {
        exitCode: 2,
        stdout: '',
        stderr: 'Invalid --since: use a duration (15m, 12h, 7d), a date (2027-01-31), or a timestamp.\n',
      },
      { exitCode: 2, stdout: '', stderr: 'Invalid --limit: use a number from 1 to 10000.\n' },
    ])
  })
})
