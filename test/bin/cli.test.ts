import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

/** The program as a process of its own, as npm starts it. */
function program(
  args: string[],
  input: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/cli.ts', ...args], {
      env: { ...process.env, GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token },
    })
    const written = { stdout: '', stderr: '' }
    child.stdout.on('data', chunk => {
      written.stdout += chunk
    })
    child.stderr.on('data', chunk => {
      written.stderr += chunk
    })
    child.on('close', code => resolve({ code, ...written }))
    child.stdin.end(input)
  })
}

test('the program reads a pipe, prints only JSON with --json, and exits with the right code', async () => {
  const [put, wrong] = await Promise.all([
    program(['account', 'put', '--account', 'acme', '--json'], 'the-key\n'),
    program(['connector', 'shwo'], ''),
  ])
  expect({ ...put, stdout: JSON.parse(put.stdout).id }).toEqual({ code: 0, stdout: 'acme', stderr: '' })
  expect(wrong).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean connector show?'),
  })
})
