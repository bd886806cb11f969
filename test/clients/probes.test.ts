/** Requests of clients besides MCP: sign-in metadata, icons, streams. The response is JSON for every method. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call } from '../support/mcp-server.ts'

const { folder, remove } = temporaryFolder()
let server: Started
let token: string
beforeAll(async () => {
  server = await startLocalProgram(folder)
  token = server.connectorUrl?.split('/').at(-1) ?? ''
})
afterAll(async () => {
  await server.stop()
  remove()
})

/** As observed from mcp-remote, ChatGPT, Claude, browsers and scanners. `TOKEN` is the connector's. */
const PROBES = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource/mcp/TOKEN',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/oauth-authorization-server/mcp/TOKEN',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp/TOKEN',
  '/.well-known/openai-apps-challenge',
  '/.well-known/mcp.json',
  '/mcp/.well-known/openid-configuration',
  '/mcp/TOKEN/.well-known/openid-configuration',
  '/mcp/TOKEN/.well-known/oauth-authorization-server',
  '/mcp/TOKEN/sse',
  '/sse',
  '/messages',
  '/register',
  '/authorize',
  '/token',
  '/favicon.ico',
  '/robots.txt',
  '/',
]

describe.each(['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])('%s', method => {
  test.each(PROBES)('%s', async probe => {
    const response = await fetch(`${server.origin}${probe.replace('TOKEN', token)}`, {
      method,
      redirect: 'manual',
      ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
    expect([response.headers.get('location'), response.headers.get('www-authenticate')]).toEqual([null, null])
    if (method !== 'HEAD') expect(JSON.parse(text).error.message).toBe('Not found.')
    expect(text).not.toContain(token)
  })
})

test('the log of these requests contains no token', async () => {
  await call(server.connectorUrl ?? '', 'list_all_gumloop_agents')
  const log = readFileSync(path.join(folder, '.local/server.log'), 'utf8')
  expect(log).toContain('list_all_gumloop_agents')
  expect(log).not.toContain(token.split('_').slice(2).join('_'))
  expect(log).not.toContain('.well-known')
})
