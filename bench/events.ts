/** API Gateway events that carry MCP messages, as a REST API hands them to Lambda. */

export type Era = '2025' | '2026'
export type MessageName = 'hello' | 'list' | 'call'

const MODERN_VERSION = '2026-07-28'
const LEGACY_VERSION = '2025-06-18'
const CLIENT = { name: 'bench', version: '1.0.0' }
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': {},
}
const TOOL = 'get_single_gumloop_session_by_id'

const MESSAGES: Record<Era, Record<MessageName, { method: string; params: Record<string, unknown> }>> = {
  '2025': {
    hello: {
      method: 'initialize',
      params: { protocolVersion: LEGACY_VERSION, capabilities: {}, clientInfo: CLIENT },
    },
    list: { method: 'tools/list', params: {} },
    call: { method: 'tools/call', params: { name: TOOL, arguments: { session_id: 'ses_8fj2Kd0' } } },
  },
  '2026': {
    hello: { method: 'server/discover', params: { _meta: ENVELOPE } },
    list: { method: 'tools/list', params: { _meta: ENVELOPE } },
    call: {
      method: 'tools/call',
      params: { name: TOOL, arguments: { session_id: 'ses_8fj2Kd0' }, _meta: ENVELOPE },
    },
  },
}

/** One message of each kind, in events to the connector of `token`. */
export function eventsOf(era: Era, token: string): Record<MessageName, object> {
  const { hello, list, call } = MESSAGES[era]
  return { hello: event(era, token, hello), list: event(era, token, list), call: event(era, token, call) }
}

function event(
  era: Era,
  token: string,
  { method, params }: { method: string; params: Record<string, unknown> },
) {
  const headers: Record<string, string> = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    host: 'connector.example',
    'user-agent': 'bench/1.0.0',
    'x-forwarded-for': '192.0.2.1',
    'mcp-protocol-version': era === '2026' ? MODERN_VERSION : LEGACY_VERSION,
    ...(era === '2026' && { 'mcp-method': method }),
    ...(era === '2026' && typeof params.name === 'string' && { 'mcp-name': params.name }),
  }
  return {
    resource: '/mcp/{token}',
    path: `/mcp/${token}`,
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { token },
    stageVariables: null,
    requestContext: { requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef', stage: 'prod' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    isBase64Encoded: false,
  }
}
