import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS, storeConnector } from '../../support/connectors.ts'

const ID = 'a'.repeat(16)

let server: AdminServer
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  server = await startAdminServer()
  env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token }
  for (const account of ['acme', 'globex']) await server.ask('PUT', `/accounts/${account}`, { api_key: 'k' })
  await server.ask('PUT', '/accounts/acme/tool-groups/reporting', { tags: ['flows'] })
  await storeConnector(server.table, { id: ID })
  await storeConnector(server.table, { id: 'b'.repeat(16), account_id: 'globex' })
})
afterAll(() => server.close())

async function complete(line: string): Promise<string[]> {
  const { stdout } = await cli(['complete', '--', ...line.split(' ')], { env, nowMs: NOW_MS })
  return stdout.split('\n').filter(Boolean)
}

describe('candidates', () => {
  test('are the next words of commands', async () => {
    expect(await complete('con')).toEqual(['connector'])
    expect(await complete('connector rev')).toEqual(['revoke'])
    expect(await complete('account g')).toEqual(['group'])
    expect(await complete('account group ')).toEqual(['list', 'put', 'remove'])
    expect(await complete('frobnicate ')).toEqual([])
  })

  test('are options and their fixed values', async () => {
    expect(await complete('connector rotate x --g')).toEqual(['--grace'])
    expect(await complete('connector update x --no')).toEqual(['--no-require-api-token'])
    expect(await complete('connector create --exposure d')).toEqual(['discovery'])
    expect(await complete('completion ')).toEqual(['bash', 'zsh'])
  })

  test('are ids and names from the server', async () => {
    expect(await complete('connector revoke ')).toEqual([ID, 'b'.repeat(16)])
    expect(await complete('connector revoke --account globex ')).toEqual(['b'.repeat(16)])
    expect(await complete('logs --connector a')).toEqual([ID])
    expect(await complete('account show --account g')).toEqual(['globex'])
    expect(await complete('account group remove ')).toEqual(['reporting'])
    expect(await complete('connector create --tags ')).toEqual(['reporting'])
    expect(await complete('api-token revoke ')).toHaveLength(1)
  })

  test('are empty, without an error message, when no server responds', async () => {
    const nowhere = { GUMLOOP_MCP_SERVER: 'http://127.0.0.1:9', GUMLOOP_MCP_ADMIN_TOKEN: 'x' }
    expect(await cli(['complete', '--', 'connector', 'revoke', ''], { env: nowhere, nowMs: 0 })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  })
})

describe('the completion scripts', () => {
  test('bash passes the words before the cursor to the program', async () => {
    const { stdout } = await cli(['completion', 'bash'], { env, nowMs: 0 })
    const answers = execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        `
      gumloop-mcp() { printf '%s\\n' "$@" | tail -n +3; echo two words; }
      ${stdout}
      COMP_WORDS=(gumloop-mcp connector "") COMP_CWORD=2; _gumloop_mcp; printf '[%s]' "\${COMPREPLY[@]}"
    `,
      ],
      { encoding: 'utf8' },
    )
    expect(answers).toBe('[connector][two words]')
  })

  test('exist for zsh, and for no other shell', async () => {
    expect((await cli(['completion', 'zsh'], { env, nowMs: 0 })).stdout).toMatch(/^#compdef gumloop-mcp\n/)
    expect(await cli(['completion', 'fish'], { env, nowMs: 0 })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Completion is not available for fish.\nUse bash or zsh.\n',
    })
  })
})
