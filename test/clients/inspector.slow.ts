/** MCP Inspector's command line as in README.md, in its legacy and modern protocol modes, with strict validation. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

const INSPECTOR = path.join(import.meta.dirname, 'node_modules/.bin/mcp-inspector')
const run = promisify(execFile)

const { folder, remove } = temporaryFolder()
let server: Started
let proxy: RecordingProxy
beforeAll(async () => {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 22) throw new Error(`MCP Inspector needs Node 22.19 or newer; this is ${process.version}`)
  server = await startLocalProgram(folder)
  proxy = await startRecordingProxy(server.connectorUrl ?? '')
})
beforeEach(() => {
  proxy.exchanges.length = 0
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
  remove()
})

async function inspect(...args: string[]): Promise<{ answer: Json; errors: string }> {
  const { stdout, stderr } = await run(process.execPath, [
    INSPECTOR,
    '--cli',
    proxy.url,
    '--transport',
    'http',
    '--format',
    'json',
    ...args,
  ])
  return { answer: JSON.parse(stdout), errors: stderr }
}

describe.each(['legacy', 'modern', 'auto'])('%s mode', mode => {
  test('lists the tools without violations in strict mode', async () => {
    const { answer, errors } = await inspect('--protocol-era', mode, '--method', 'tools/list', '--strict')
    const names = answer.result.tools.map((tool: Json) => tool.name)
    expect(names).toContain('create_a_gumloop_session')
    expect(names.length).toBeGreaterThanOrEqual(10)
    expect(errors).toMatch(/^0 errors/m)
    expect(proxy.lines()[0]).toBe(mode === 'legacy' ? 'POST initialize 200' : 'POST server/discover 200')
    expect(proxy.lines()).toContain('POST tools/list 200')
  })

  test('calls a tool', async () => {
    const { answer } = await inspect(
      ...['--protocol-era', mode, '--method', 'tools/call', '--tool-name', 'list_all_gumloop_agents'],
      ...['--tool-args-json', '{"search":"security audit"}'],
    )
    expect(answer.result.structuredContent.result[0].name).toBe('Security Audit Agent')
    const version = mode === 'legacy' ? '2025-11-25' : '2026-07-28'
    expect(proxy.exchanges.at(-1)).toMatchObject({ rpc: 'tools/call', version, status: 200 })
  })
})

test.each(['legacy', 'modern'])('its load test, %s mode: none of 200 calls fails', async mode => {
  const { answer } = await inspect(
    ...['--protocol-era', mode, '--method', 'tools/call', '--tool-name', 'list_all_gumloop_agents'],
    ...['--load', '--load-requests', '200', '--load-concurrency', '20'],
  )
  expect(answer.result).toMatchObject({ requests: 200, ok: 200, errors: 0, toolErrors: 0 })
  expect(proxy.lines().filter(line => line === 'POST tools/call 200').length).toBe(200)
})
