/** API Gateway events that contain MCP messages, in the format of a REST API. */

export type ProtocolVersion = '2025-06-18' | '2026-07-28'
export type MessageName = 'hello' | 'list' | 'call'

const CLIENT = { name: 'bench', version: '1.0.0' }
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': {},
}
const TOOL = 'get_single_gumloop_session_by_id'

const MESSAGES: Record<
  ProtocolVersion,
  Record<MessageName, { method: string; params: Record<string, unknown> }>
> = {
  '2025-06-18': {
    hello: {
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: CLIENT },
    },
    list: { method: 'tools/list', params: {} },
    call: { method: 'tools/call', params: { name: TOOL, arguments: { session_id: 'ses_8fj2Kd0' } } },
  },
  '2026-07-28': {
    hello: { method: 'server/discover', params: { _meta: ENVELOPE } },
    list: { method: 'tools/list', params: { _meta: ENVELOPE } },
    call: {
      method: 'tools/call',
      params: { name: TOOL, arguments: { session_id: 'ses_8fj2Kd0' }, _meta: ENVELOPE },
    },
  },
}

/** One message of each kind, as events for the connector of `token`. */
export function eventsOf(version: ProtocolVersion, token: string): Record<MessageName, object> {
  const { hello, list, call } = MESSAGES[version]
  return {
    hello: messageEvent(version, token, hello),
    list: messageEvent(version, token, list),
    call: messageEvent(version, token, call),
  }
}

function messageEvent(
  version: ProtocolVersion,
  token: string,
  { method, params }: { method: string; params: Record<string, unknown> },
) {
  const headers: Record<string, string> = {
    'mcp-protocol-version': version,
    ...(version === '2026-07-28' && { 'mcp-method': method }),
    ...(version === '2026-07-28' && typeof params.name === 'string' && { 'mcp-name': params.name }),
  }
  return requestEvent(token, headers, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
}

/** An event with any body. `headers` are added to those that every client sends. */
export function requestEvent(token: string, added: Record<string, string>, body: string) {
  const headers: Record<string, string> = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    host: 'connector.example',
    'user-agent': 'bench/1.0.0',
    'x-forwarded-for': '192.0.2.1',
    ...added,
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
    body,
    isBase64Encoded: false,
  }
}
