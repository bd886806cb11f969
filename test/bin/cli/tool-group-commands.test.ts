import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
})
afterAll(() => server.close())

function run(line: string) {
  const env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token }
  return cli(line.split(' '), { env, nowMs: server.clock.nowMs })
}

test('a tool group is created, listed, used as a tag, and removed when no connector uses it', async () => {
  expect((await run('account group list')).stdout).toContain('No tool groups yet.')
  const put = await run('account group put reporting --tags artifacts --tools kill_a_gumloop_flow_run')
  expect([put.exitCode, put.stdout]).toEqual([
    0,
    'Stored tool group reporting of account acme. Use it as a tag: --tags reporting\n',
  ])
  expect((await run('account group list')).stdout).toBe(
    [
      'GROUP      TAGS       TOOLS                    CHANGED',
      'reporting  artifacts  kill_a_gumloop_flow_run  just now',
      '',
    ].join('\n'),
  )
  const { id } = JSON.parse(
    (await run('connector create --name x --tags reporting --methods custom --json')).stdout,
  )
  const rejected = await run('account group remove reporting')
  expect([rejected.exitCode, rejected.stderr]).toEqual([
    1,
    `Tool group reporting is used by connectors: ${id}.\nChange the tags of these connectors, or revoke them, first.\n`,
  ])
  await run(`connector revoke ${id}`)
  expect((await run('account group remove reporting')).stdout).toBe(
    'Removed tool group reporting of account acme.\n',
  )
})

test('an invalid tool group is rejected with the reason', async () => {
  expect(await run('account group put artifacts --tags flows')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'Invalid name: is already used by the catalog; choose another name.\n',
  })
  expect((await run('account group')).stdout).toContain('account group put NAME')
  expect((await run('account group pt')).stderr).toBe(
    'Unknown account group command "pt".\nDid you mean account group put?\n',
  )
})
