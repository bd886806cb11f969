/** The requests of the load test's clients, and the classification of their responses. */

export interface LoadRequest {
  kind: 'list' | 'call'
  headers: Record<string, string>
  body: string
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** List and call, each in two protocol versions. */
export const REQUESTS: LoadRequest[] = (['list', 'call'] as const).flatMap(kind =>
  (['2025-11-25', '2026-07-28'] as const).map(version => {
    const isStateless = version === '2026-07-28'
    const method = kind === 'list' ? 'tools/list' : 'tools/call'
    const name = 'list_all_gumloop_agents'
    const params = {
      ...(kind === 'call' && { name, arguments: { limit: 5 } }),
      ...(isStateless && { _meta: META }),
    }
    return {
      kind,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': version,
        ...(isStateless && { 'mcp-method': method, ...(kind === 'call' && { 'mcp-name': name }) }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }
  }),
)

/**
 * The outcome of a request: `ok`; `upstream 429` and the like for an error of Gumloop; `upstream broke` for a broken
 * connection to Gumloop; anything else is a failure of the server under test.
 */
export function outcomeOf(status: number, text: string): string {
  if (status !== 200) return `HTTP ${status}`
  try {
    const { result, error } = JSON.parse(text)
    if (error) return `JSON-RPC ${error.code}`
    if (!result?.isError) return 'ok'
    const { code, upstream_status } = result.structuredContent.error
    if (upstream_status !== undefined) return `upstream ${upstream_status}`
    return code === 'upstream_unavailable' ? 'upstream broke' : `tool error ${code}`
  } catch {
    return 'not JSON'
  }
}
