/**
 * Runs the protocol once before the first message arrives. At the first message of each kind (2025, 2026) the SDK builds
 * its schemas and V8 compiles them: 10 ms of a full core, which init has, while a first call at 512 MB has less than a
 * third of one. It waits for nothing outside the process, so it is over before Lambda's runtime requests the first event.
 */
import { Server } from '@modelcontextprotocol/server'
import { LEGACY_VERSION, MODERN_VERSION } from './protocol-versions.ts'
import { exchange } from './sdk-exchange.ts'

const TOOL = 'warm-up'

/** Answers one tool call of each kind from a server of its own. Never throws. @returns whether both were answered */
export async function warmUp(): Promise<boolean> {
  const makeServer = () => {
    const server = new Server(
      { name: TOOL, version: '1' },
      { capabilities: { tools: {} }, supportedProtocolVersions: [MODERN_VERSION, LEGACY_VERSION] },
    )
    server.setRequestHandler('tools/call', () => ({
      content: [{ type: 'text', text: '{}' }],
      structuredContent: {},
    }))
    return server
  }
  const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
  const call = (more: Record<string, string>, meta?: object) =>
    exchange(
      makeServer,
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: TOOL, arguments: {}, _meta: meta } },
      {
        url: 'https://warm-up.invalid/mcp',
        headers: { ...headers, ...more },
        signal: new AbortController().signal,
      },
    )
  try {
    const legacy = await call({ 'mcp-protocol-version': LEGACY_VERSION }, {})
    const modern = await call(
      { 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': 'tools/call', 'mcp-name': TOOL },
      {
        'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
        'io.modelcontextprotocol/clientInfo': { name: TOOL, version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    )
    return legacy.status === 200 && modern.status === 200
  } catch {
    // The first real message will fail in the same way, and its error is logged.
    return false
  }
}
