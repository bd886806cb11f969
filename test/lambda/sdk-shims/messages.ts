/** Valid and invalid MCP messages of all protocol versions, as API Gateway events: for comparing two bundles. */
import { requestEvent } from '../../../bench/gateway-events.ts'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'compare', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const NAME = 'get_single_gumloop_session_by_id'
const VALID = { session_id: 'ses_1' }

/** The versions that the server supports, one that it answers, and ones that it does not know. */
const VERSIONS = [
  undefined,
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
  '2027-01-01',
]

const PARAMS: [method: string, params: unknown][] = [
  ['initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: META }],
  ['initialize', { protocolVersion: '2025-06-18', clientInfo: { name: 'compare', version: '1.0.0' } }],
  [
    'initialize',
    { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  ],
  ['server/discover', { _meta: META }],
  ['ping', {}],
  ['no/such/method', {}],
  ['tools/list', undefined],
  ['tools/list', null],
  ['tools/list', { cursor: 5 }],
  ['tools/list', { _meta: { progressToken: {} } }],
  ['tools/list', { _meta: META }],
  ['tools/list', { _meta: { ...META, 'io.modelcontextprotocol/clientInfo': { name: 'c' } } }],
  ['tools/list', { _meta: { ...META, 'openai/subject': 'someone' } }],
  ['tools/call', { name: NAME, arguments: { session_id: '../x' }, _meta: META }],
  ['tools/call', { name: NAME, arguments: VALID }],
  ['tools/call', { name: NAME, arguments: VALID, _meta: META }],
  ['tools/call', { name: NAME, arguments: VALID, _meta: { ...META, progressToken: 'p' } }],
  ['tools/call', { name: NAME, arguments: VALID, task: { ttl: 1 } }],
  ['tools/call', { name: NAME, arguments: [] }],
  ['tools/call', { name: NAME, arguments: { session_id: 5 } }],
  ['tools/call', { name: 5 }],
  ['tools/call', { arguments: {} }],
  ['tools/call', { name: 'no_such_tool', arguments: {} }],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 5 }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'no_such_prompt' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 5 }, argument: {} }],
]
const IDS = [1, 'a', 1.5, null, undefined, {}]

const BODIES = [
  '',
  'no json',
  '[]',
  '{"jsonrpc":"1.0","id":1,"method":"ping"}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/list","extra":1}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"__proto__":{"cursor":"x"}}}',
]

/** Every combination of version, params and id, with the headers that the version requires. */
export function comparedEvents(token: string): object[] {
  const messages = VERSIONS.flatMap(version =>
    PARAMS.flatMap(([method, params]) =>
      IDS.map(id => {
        const name = Object(params).name
        const headers = {
          ...(version !== undefined && { 'mcp-protocol-version': version }),
          ...(version === '2026-07-28' && { 'mcp-method': method }),
          ...(version === '2026-07-28' && typeof name === 'string' && { 'mcp-name': name }),
        }
        return requestEvent(token, headers, JSON.stringify({ jsonrpc: '2.0', id, method, params }))
      }),
    ),
  )
  return [...messages, ...BODIES.map(body => requestEvent(token, {}, body))]
}
