/** Arbitraries for fast-check: hostile values, and JSON-RPC messages with such values in every place. */
import fc from 'fast-check'

/** Known problematic strings, in addition to generated ones. */
const HORRORS = [
  '',
  '\u0000',
  '\r\nSet-Cookie: stolen=1',
  '\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  '{"event":"forged"}\n{"level":"error"}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%00%0d%0a',
  '$\u007bjndi:ldap://evil.example/a}',
  '\ud800',
  'a\udfffb',
  '\u2028\u2029\ufeff\u202e',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '=?base64?Zm9v?=',
  '=?base64?!!!?=',
  'http://169.254.169.254/latest/meta-data/',
  'tools/call',
  'subscriptions/listen',
  '2026-07-28',
  '9999-99-99',
]

export const hostileText = fc.oneof(
  fc.constantFrom(...HORRORS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.integer({ min: 0xd700, max: 0xe000 }).map(code => String.fromCharCode(code)),
    maxLength: 8,
  }),
  fc.nat(3).map(power => 'A'.repeat(10 ** power * 10)),
)

export const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, -0, 1e308, -1, 2 ** 53, 0.1, [], {}, [[]], { '': '' }),
  fc.double(),
  fc.object({ key: hostileText, maxDepth: 2, maxKeys: 4 }),
  fc.constant(Object.fromEntries([['__proto__', { polluted: true }]])),
)

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** Valid messages, to be corrupted. */
const SEEDS: { method: string; params: Record<string, unknown> }[] = [
  {
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  },
  { method: 'ping', params: {} },
  { method: 'server/discover', params: { _meta: META } },
  { method: 'tools/list', params: { cursor: 'abc' } },
  { method: 'tools/list', params: { _meta: META } },
  { method: 'tools/call', params: { name: 'list_all_gumloop_agents', arguments: { limit: 2 } } },
  {
    method: 'tools/call',
    params: { name: 'list_all_gumloop_flows', arguments: { next_cursor: 'x' }, _meta: META },
  },
  {
    method: 'tools/call',
    params: {
      name: 'get_single_gumloop_session_by_id',
      arguments: { session_id: 's' },
      _meta: { progressToken: 1 },
    },
  },
  { method: 'tools/call', params: { name: 'call_gumloop_tool', arguments: { name: 'x', arguments: {} } } },
  { method: 'resources/list', params: {} },
  { method: 'resources/templates/list', params: { _meta: META } },
  { method: 'resources/read', params: { uri: 'gumloop://artifacts/art_1' } },
  { method: 'prompts/list', params: {} },
  { method: 'prompts/get', params: { name: 'run_flow_by_name', arguments: { flow: 'x' } } },
  {
    method: 'completion/complete',
    params: {
      ref: { type: 'ref/prompt', name: 'run_flow_by_name' },
      argument: { name: 'flow', value: 'x' },
      context: { arguments: {} },
    },
  },
  { method: 'tasks/get', params: { taskId: 'x', _meta: META } },
  { method: 'subscriptions/listen', params: { notifications: {}, _meta: META } },
  { method: 'notifications/cancelled', params: { requestId: 1, reason: 'x' } },
]

export interface HostileMessage {
  message: Record<string, unknown>
  headers: Record<string, string>
}

/** A valid message with some corrupted places; headers of 2026-07-28 where it declares that version, sometimes not matching. */
export const hostileMessage: fc.Arbitrary<HostileMessage> = fc
  .record({
    seed: fc.constantFrom(...SEEDS),
    id: fc.oneof({ weight: 3, arbitrary: fc.nat() }, { weight: 1, arbitrary: hostileValue }),
    changes: fc.array(fc.record({ place: fc.nat(), value: hostileValue, key: fc.option(hostileText) }), {
      maxLength: 3,
    }),
    isMatching: fc.boolean(),
  })
  .map(({ seed, id, changes, isMatching }) => {
    const message: Record<string, unknown> = structuredClone({ jsonrpc: '2.0', id, ...seed })
    if (seed.method.startsWith('notifications/')) delete message.id
    for (const { place, value, key } of changes) {
      const places = holdersIn(message)
      const holder = places[place % places.length]
      const keys = Object.keys(holder ?? {})
      if (holder) define(holder, key ?? keys[place % keys.length] ?? '', structuredClone(value))
    }
    const isModern = JSON.stringify(seed.params).includes('2026-07-28') && isMatching
    const { name, uri } = seed.params
    const named = typeof name === 'string' ? name : uri
    const headers: Record<string, string> = isModern
      ? {
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': seed.method,
          ...(typeof named === 'string' && { 'mcp-name': named }),
        }
      : {}
    return { message, headers }
  })

/** Every object in it, starting with itself. */
function holdersIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(holdersIn)] // any object has keys
}

/** Sets an own key, also for `__proto__`, as JSON.parse does. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true })
}
