/** `mcp-remote`, the bridge for clients with an `mcp_config.json`: its probes, and that it connects. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  cleanEnvironment,
  type Started,
  startLocalProgram,
  temporaryFolder,
} from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

const BRIDGE = path.join(import.meta.dirname, 'node_modules/mcp-remote/dist/proxy.js')

const { folder, remove } = temporaryFolder()
let server: Started
let proxy: RecordingProxy
beforeAll(async () => {
  server = await startLocalProgram(folder)
  proxy = await startRecordingProxy(server.connectorUrl ?? '')
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
  remove()
})

test('lists and calls through the bridge; every probe gets a JSON error', async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BRIDGE, proxy.url, '--allow-http'],
    env: { PATH: cleanEnvironment().PATH ?? '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'desktop', version: '1.0.0' })
  await client.connect(transport)
  const { tools } = await client.listTools()
  expect(tools.length).toBeGreaterThan(5)
  const { structuredContent }: Json = await client.callTool({
    name: 'list_all_gumloop_agents',
    arguments: { search: 'security audit' },
  })
  expect(structuredContent.result[0].name).toBe('Security Audit Agent')
  await client.close()

  const probes = proxy.exchanges.filter(one => one.request.startsWith('GET '))
  expect(probes.map(one => one.request)).toEqual(
    expect.arrayContaining([
      'GET /.well-known/oauth-protected-resource/mcp/TOKEN',
      'GET /.well-known/oauth-authorization-server/mcp/TOKEN',
      'GET /.well-known/openid-configuration/mcp/TOKEN',
      'GET /mcp/TOKEN/.well-known/openid-configuration',
    ]),
  )
  expect(new Set(probes.map(one => `${one.status} ${one.answers}`))).toEqual(
    new Set(['404 application/json', '405 application/json']),
  )
  expect(proxy.lines()).toEqual(
    expect.arrayContaining(['POST initialize 200', 'POST tools/list 200', 'POST tools/call 200']),
  )
  const secret = server.connectorUrl?.split('_').slice(2).join('_')
  expect(readFileSync(path.join(folder, '.local/server.log'), 'utf8')).not.toContain(secret)
})
