import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markNeedsReauth } from '../../../lambda/accounts/account-state.ts'
import { type AdminServer, SECRET_PREFIX, startAdminServer } from '../../support/admin-server.ts'
import { type CliSituation, cli } from '../../support/cli.ts'
import { NOW_MS } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

function run(line: string, situation: Partial<CliSituation> = {}) {
  const env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token, NO_COLOR: '1' }
  return cli(line.split(' '), { env, nowMs: NOW_MS, ...situation })
}
const stored = (account: string) => server.secretsManager.secrets.get(`${SECRET_PREFIX}${account}`)

describe('account put', () => {
  test('reads the key from a pipe', async () => {
    const { exitCode, stdout } = await run('account put --account acme --user-id u1 --team-id t1', {
      input: ' the-key\n',
    })
    expect([exitCode, stdout]).toEqual([
      0,
      'Stored the key of account acme. It takes effect within five minutes.\n',
    ])
    expect(stored('acme')).toBe('{"api_key":"the-key","user_id":"u1","team_id":"t1"}')
  })

  test('prompts for the key on a terminal without showing it', async () => {
    const { exitCode, stdout, stderr } = await run('account put --account typed', {
      terminal: true,
      input: 'the-kex\u007fy\r',
    })
    expect([exitCode, stderr, stored('typed')]).toEqual([
      0,
      'Gumloop API key (hidden): \n',
      '{"api_key":"the-key"}',
    ])
    expect(stdout + stderr).not.toMatch(/the-ke/)
  })

  test('stores nothing when the prompt is interrupted, the input is empty, or the key is an argument', async () => {
    const rejected = [
      await run('account put --account none', { terminal: true, input: 'the-key\u0003' }),
      await run('account put --account none', { input: '\n' }),
      await run('account put --account none the-key'),
      await run('account put --account none --api-key the-key'),
      await run('account put', { input: 'the-key' }),
    ]
    expect(rejected.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2, 2])
    expect(stored('none')).toBeUndefined()
  })
})

describe('account list, show and remove', () => {
  test('show the state of the key and how to fix it', async () => {
    await run('account put --account tired', { input: 'k' })
    await markNeedsReauth(server.table, 'tired', NOW_MS)
    expect((await run('account list')).stdout).toMatchInlineSnapshot(`
      "ACCOUNT  STATE         KEY STORED  KEY REJECTED
      acme     ready         just now
      tired    needs_reauth  just now    just now
      typed    ready         just now
      "
    `)
    const { stdout } = await run('account show --account tired')
    expect(stdout.replace(/api-token:\w+/, '<actor>')).toMatchInlineSnapshot(`
      "account       tired
      state         needs_reauth
      key stored    2026-11-22T12:00:00Z (just now)
      created       2026-11-22T12:00:00Z (just now) by <actor>
      key rejected  2026-11-22T12:00:00Z (just now)
      Gumloop rejects the key. Store a new one: gumloop-mcp account put --account tired
      "
    `)
  })

  test('remove asks for confirmation on a terminal, and fails while connectors are not revoked', async () => {
    await run('account put --account leaving', { input: 'k' })
    await server.ask('POST', '/integrated-account/leaving/mcp', { name: 'x' })
    const cancelled = await run('account remove --account leaving', { terminal: true, input: 'n\n' })
    expect([cancelled.exitCode, cancelled.stderr]).toEqual([
      0,
      expect.stringContaining('Nothing was changed.'),
    ])
    const rejected = await run('account remove --account leaving')
    expect([rejected.exitCode, rejected.stderr]).toEqual([
      1,
      expect.stringContaining('still has connectors that are not revoked: 1.'),
    ])
    const removed = await run('account remove --account leaving --revoke-connectors')
    expect([removed.exitCode, removed.stdout]).toEqual([0, 'Removed account leaving and its key.\n'])
    expect(stored('leaving')).toBeUndefined()
  })
})

describe('api-token and audit', () => {
  test('create shows the token once; list and revoke show its state', async () => {
    const { stdout } = await run('api-token create --name ci --scopes admin,connect --expires-at 90d')
    const [token = '', id = ''] = /gapi_([a-z0-9]{16})_\S{49}/.exec(stdout) ?? []
    expect(stdout.replace(token, '<token>').replace(id, '<id>')).toMatchInlineSnapshot(`
      "Created API token ci (<id>).

        <token>

      It is shown only once, because only its hash is stored. Treat it like a password.
      "
    `)
    expect(
      (await run('account list', { env: { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: token } }))
        .exitCode,
    ).toBe(0)
    expect((await run('api-token list')).stdout).toMatch(
      new RegExp(`${id}  ci +admin, connect  all +in 90 days`),
    )
    expect((await run(`api-token revoke ${id}`)).stdout).toBe(`Revoked API token ci (${id}).\n`)
    expect((await run('api-token list')).stdout).toMatch(
      new RegExp(`${id}  ci +admin, connect  all +revoked`),
    )
    const late = await run('account list', {
      env: { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: token },
    })
    expect([late.exitCode, late.stderr]).toEqual([
      1,
      expect.stringContaining('A valid administrator token is required'),
    ])
  })

  test('audit list shows who changed what', async () => {
    const { stdout } = await run('audit list --account tired')
    expect(stdout.replace(/api-token:\w+/, '<actor>                   ')).toMatchInlineSnapshot(`
      "TIME                  ACTOR                       ACTION       TARGET  OUTCOME
      2026-11-22T12:00:00Z  <actor>                     account.put  tired   done
      "
    `)
    const { result } = JSON.parse((await run('audit list --json')).stdout)
    const actions = result.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['api_token.create', 'api_token.revoke']))
  })
})
