/**
 * ChatGPT's sequence, reproduced from field reports since ChatGPT cannot run here: `server/discover` first, sometimes without
 * the client capabilities that 2026-07-28 requires, then a fallback to `initialize`; odd bodies before the handshake;
 * GET probes after a pause; successive calls with hints about the user in `_meta`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

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

const CLIENT = {
  'user-agent': 'openai-mcp/1.0.0 (ChatGPT)',
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  'x-openai-session': 'v1/session-of-the-test',
  'x-openai-subject': 'v1/subject-of-the-test',
}
const CLIENT_INFO = { name: 'openai-mcp', version: '1.0.0' }
/** As observed: numbers in strings, and free text of a user. */
const HINTS = {
  'openai/locale': 'de-DE',
  'openai/userAgent': 'Mozilla/5.0 (Macintosh)',
  'openai/userLocation': { city: 'Köln', country: 'DE', latitude: '50.94', longitude: '6.96' },
  'openai/subject': 'v1/subject-of-the-test',
  'openai/session': 'v1/session-of-the-test',
  'openai/organization': 'v1/organization-of-the-test',
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<[number, Json]> {
  const response = await fetch(proxy.url, {
    method: 'POST',
    headers: { ...CLIENT, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return [response.status, text === '' ? undefined : JSON.parse(text)]
}

const modernHeaders = (method: string, name?: string) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
})
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
  'io.modelcontextprotocol/clientCapabilities': {},
}

describe('adding the server', () => {
  test.each(['', '{}', '[]', 'null'])(
    'rejects a body of %j before the handshake with a JSON error',
    async body => {
      const [status, answer] = await post(body)
      expect([status, answer.jsonrpc, typeof answer.error.code]).toEqual([400, '2.0', 'number'])
    },
  )

  test('responds to discover with JSON', async () => {
    const message = {
      jsonrpc: '2.0',
      id: 'openai-mcp-discover',
      method: 'server/discover',
      params: { _meta: envelope },
    }
    const [status, { id, result }] = await post(message, modernHeaders('server/discover'))
    expect([status, id, result.supportedVersions]).toEqual([200, 'openai-mcp-discover', ['2026-07-28']])
    expect(proxy.exchanges.at(-1)?.answers).toBe('application/json')
  })

  test('rejects discover without client capabilities with its ID; initialize then works', async () => {
    const { 'io.modelcontextprotocol/clientCapabilities': _, ...meta } = envelope
    const message = {
      jsonrpc: '2.0',
      id: 'openai-mcp-discover',
      method: 'server/discover',
      params: { _meta: meta },
    }
    const [status, answer] = await post(message, modernHeaders('server/discover'))
    expect([status, answer.id, answer.error.code]).toEqual([400, 'openai-mcp-discover', -32602])

    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: CLIENT_INFO }
    const [, initialized] = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
    expect(initialized.result.protocolVersion).toBe('2025-11-25')
    expect(initialized.result.instructions.slice(0, 512)).toContain('create_a_gumloop_session')
    const [accepted] = await post({ jsonrpc: '2.0', method: 'notifications/initialized' })
    expect(accepted).toBe(202)
  })

  test('accepts 2025-06-18 of the desktop app', async () => {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: CLIENT_INFO }
    const [status, { result }] = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
    expect([status, result.protocolVersion]).toEqual([200, '2025-06-18'])
  })

  test('every listed tool has readOnly, destructive and openWorld hints', async () => {
    const [, { result }] = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
    const hints = result.tools.map(({ annotations }: Json) =>
      ['readOnlyHint', 'destructiveHint', 'openWorldHint'].map(hint => typeof annotations[hint]).join(),
    )
    expect(new Set(hints)).toEqual(new Set(['boolean,boolean,boolean']))
  })
})

describe('a turn', () => {
  test.each([
    ['2025-11-25', (_: string) => ({}), (): object => HINTS],
    [
      '2026-07-28',
      (name: string) => modernHeaders('tools/call', name),
      (): object => ({ ...HINTS, ...envelope }),
    ],
  ])('%s: successive calls with hints about the user', async (_, headersFor, meta) => {
    const call = async (id: number, name: string, args: object): Promise<Json> => {
      const params = { name, arguments: args, _meta: meta() }
      const message = { jsonrpc: '2.0', id, method: 'tools/call', params }
      const [status, answer] = await post(message, headersFor(name))
      expect([status, answer.id, answer.result?.isError]).toEqual([200, id, undefined])
      return answer.result.structuredContent
    }
    const agents = await call(1, 'list_all_gumloop_agents', { search: 'security audit' })
    const started = await call(2, 'create_a_gumloop_session', {
      agent_id: agents.result[0].id,
      input: 'Grüße 👋',
    })
    const session = await call(3, 'get_single_gumloop_session_by_id', { session_id: started.session_id })
    expect(session.session_id).toBe(started.session_id)
    expect(session.next_step).toMatch(/\w+/)
  })

  test('responds to a GET after a pause with 405 without delay', async () => {
    const before = performance.now()
    const response = await fetch(proxy.url, { headers: { ...CLIENT, accept: 'text/event-stream' } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(performance.now() - before).toBeLessThan(1000)
  })
})

test('the whole sequence causes no internal error, and every response is JSON', () => {
  expect(proxy.exchanges.filter(one => one.status >= 500)).toEqual([])
  const types = proxy.exchanges.filter(one => one.status !== 202).map(one => one.answers)
  expect(new Set(types)).toEqual(new Set(['application/json']))
})
