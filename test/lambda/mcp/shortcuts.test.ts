/** Which messages are answered without the SDK's server, and that nobody can tell from the answers. */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startFakeServices } from '../../../bench/fake-services.ts'
import { LambdaEnvironment } from '../../../bench/lambda-environment.ts'
import { plainRequest } from '../../../lambda/mcp/plain-message.ts'
import { bundle } from '../../../scripts/bundle/lambda-bundle.ts'
import { comparedEvents } from '../sdk-shims/messages.ts'

const HEADERS = { 'content-type': 'application/json', 'mcp-protocol-version': '2025-06-18' }
const list = (more: object = {}) => ({ jsonrpc: '2.0', id: 1, method: 'tools/list', ...more })
const MODERN = {
  ...HEADERS,
  'mcp-protocol-version': '2026-07-28',
  accept: 'application/json, text/event-stream',
}
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
}
const modernList = (meta: object = {}) => list({ params: { _meta: { ...META, ...meta } } })
const LIST_HEADERS = { ...MODERN, 'mcp-method': 'tools/list' }
const call = (params: object, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 'a',
  method: 'tools/call',
  params: { name: 'list_all_gumloop_agents', ...params },
  ...more,
})

describe('plain are', () => {
  test.each<[string, unknown, Record<string, string>?]>([
    ['a list', list()],
    ['a list with empty params', list({ params: {} })],
    ['a list with what ChatGPT adds', list({ params: { _meta: { 'openai/subject': 's' } } })],
    ['a list without a version', list(), { 'content-type': 'application/json' }],
    ['a list of the oldest version', list(), { ...HEADERS, 'mcp-protocol-version': '2024-11-05' }],
    ['a call', call({ arguments: { limit: 5 } })],
    ['a call without arguments', call({})],
    ['a list of 2026-07-28', modernList(), LIST_HEADERS],
    [
      'a call of 2026-07-28',
      call({ _meta: META }),
      { ...MODERN, 'mcp-method': 'tools/call', 'mcp-name': 'list_all_gumloop_agents' },
    ],
    [
      'a call with a declared charset',
      call({}),
      { ...HEADERS, 'content-type': 'application/json; charset=utf-8' },
    ],
  ])('%s', (_what, message, headers = HEADERS) => {
    expect(plainRequest(message, headers)).toMatchObject({ id: expect.anything() })
  })
})

describe('not plain are', () => {
  test.each<[string, unknown, Record<string, string>?]>([
    ['a ping', { jsonrpc: '2.0', id: 1, method: 'ping' }],
    ['a notification', { jsonrpc: '2.0', method: 'tools/list' }],
    ['a message of another JSON-RPC', list({ jsonrpc: '1.0' })],
    ['an id that is no integer', list({ id: 1.5 })],
    ['an unknown field', list({ extra: 1 })],
    ['a cursor', list({ params: { cursor: 'x' } })],
    ['params of null', list({ params: null })],
    ['a progress token', call({ _meta: { progressToken: 1 } })],
    ['the envelope of 2026', call({ _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } })],
    ['a task', call({ task: { ttl: 1 } })],
    ['arguments of null', call({ arguments: null })],
    ['arguments as a list', call({ arguments: [] })],
    ['a prototype among the arguments', call({ arguments: JSON.parse('{"__proto__":{}}') })],
    ['a name that is no text', call({ name: 5 })],
    ['a list of the version 2026-07-28', list(), { ...HEADERS, 'mcp-protocol-version': '2026-07-28' }],
    ['an unknown version', list(), { ...HEADERS, 'mcp-protocol-version': '2027-01-01' }],
    ['a header that only 2026 has', list(), { ...HEADERS, 'mcp-method': 'tools/list' }],
    ['a client of 2026-07-28 that takes no streams', modernList(), { ...LIST_HEADERS, accept: '*/*' }],
    [
      'a client with tasks',
      modernList({ 'io.modelcontextprotocol/clientCapabilities': { extensions: {} } }),
      LIST_HEADERS,
    ],
    [
      'an envelope of another version',
      modernList({ 'io.modelcontextprotocol/protocolVersion': '2025-11-25' }),
      LIST_HEADERS,
    ],
    [
      'a client without a version',
      modernList({ 'io.modelcontextprotocol/clientInfo': { name: 'a' } }),
      LIST_HEADERS,
    ],
    ['a header of another method', modernList(), { ...LIST_HEADERS, 'mcp-method': 'ping' }],
    ['another content type', list(), { ...HEADERS, 'content-type': 'text/plain' }],
  ])('%s', (_what, message, headers = HEADERS) => {
    expect(plainRequest(message, headers)).toBeUndefined()
  })
})

const folder = mkdtempSync(path.join(os.tmpdir(), 'gumloop-mcp-shortcuts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a bundle with shortcuts gives the bytes of one without, also the second time', {
  timeout: 120_000,
}, async () => {
  const services = await startFakeServices()
  const environments = await Promise.all(
    [true, false].map(async shortcuts => {
      const outfile = path.join(folder, `${shortcuts}.cjs`)
      await bundle({ entry: 'lambda/handlers/mcp.ts', outfile, kind: 'mcp', shortcuts })
      return LambdaEnvironment.start(outfile, services.environment)
    }),
  )
  const events = comparedEvents(services.token)
  let ok = 0
  for (const event of [...events, ...events.slice(0, 200)]) {
    const [short, whole] = await Promise.all(environments.map(environment => environment.invoke(event)))
    expect(short?.answer, JSON.stringify(event)).toEqual(whole?.answer)
    if (whole?.answer.statusCode === 200) ok++
  }
  for (const environment of environments) environment.stop()
  services.close()
  expect(ok).toBeGreaterThan(100)
})
