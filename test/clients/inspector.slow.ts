/** MCP Inspector's command line, as the README tells people to use it, in both protocol eras and strictly. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'

const INSPECTOR = path.join(import.meta.dirname, 'node_modules/.bin/mcp-inspector')
const run = promisify(execFile)

const { folder, remove } = temporaryFolder()
let server: Started
beforeAll(async () => {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 22) throw new Error(`MCP Inspector needs Node 22.19 or newer; this is ${process.version}`)
  server = await startLocalProgram(folder)
})
afterAll(async () => {
  await server.stop()
  remove()
})

async function inspect(...args: string[]): Promise<{ answer: Json; errors: string }> {
  const url = server.connectorUrl ?? ''
  const { stdout, stderr } = await run(process.execPath, [
    INSPECTOR,
    '--cli',
    url,
    '--transport',
    'http',
    '--format',
    'json',
    ...args,
  ])
  return { answer: JSON.parse(stdout), errors: stderr }
}

describe.each(['legacy', 'modern', 'auto'])('%s era', era => {
  test('lists the tools; strict finds no error', async () => {
    const { answer, errors } = await inspect('--protocol-era', era, '--method', 'tools/list', '--strict')
    const names = answer.result.tools.map((tool: Json) => tool.name)
    expect(names).toContain('create_a_gumloop_session')
    expect(names.length).toBeGreaterThanOrEqual(10)
    expect(errors).toMatch(/^0 errors/m)
  })

  test('calls a tool', async () => {
    const { answer } = await inspect(
      ...['--protocol-era', era, '--method', 'tools/call', '--tool-name', 'list_all_gumloop_agents'],
      ...['--tool-args-json', '{"search":"security audit"}'],
    )
    expect(answer.result.structuredContent.result[0].name).toBe('Security Audit Agent')
  })
})
