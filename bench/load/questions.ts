/** What the clients of the load test ask, and how an answer is judged. */

export interface Question {
  kind: 'list' | 'call'
  headers: Record<string, string>
  body: string
}

const VERSION = '2026-07-28'
const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** Messages in turn: list and call, of both eras. */
export const QUESTIONS: Question[] = (['list', 'call'] as const).flatMap(kind =>
  (['2025', '2026'] as const).map(era => {
    const method = kind === 'list' ? 'tools/list' : 'tools/call'
    const name = 'list_all_gumloop_agents'
    const params = {
      ...(kind === 'call' && { name, arguments: { limit: 5 } }),
      ...(era === '2026' && { _meta: META }),
    }
    return {
      kind,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': era === '2026' ? VERSION : '2025-11-25',
        ...(era === '2026' && { 'mcp-method': method, ...(kind === 'call' && { 'mcp-name': name }) }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }
  }),
)

/**
 * How an answer went: `ok`; `upstream 429` and the like for what Gumloop answered; `upstream broke` for a connection to
 * it that broke; anything else is a failure of the server under test.
 */
export function judge(status: number, text: string): string {
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
