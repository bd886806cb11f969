/** The MCP server of one request: the official SDK's low-level `Server`, with the tool list prepared at build time. */
import { ProtocolError, ProtocolErrorCode, type Tool } from '@modelcontextprotocol/server'
import type { RequestContext } from '../auth/request-context.ts'
import { cutText } from '../shared/cut-text.ts'
import { type CallToolDeps, callTool, isKnownTool } from '../tools/call-tool.ts'
import type { ToolResult } from '../tools/tool-result.ts'
import { serveCompletion } from './capabilities/serve-completion.ts'
import { servePrompts } from './capabilities/serve-prompts.ts'
import { serveResources } from './capabilities/serve-resources.ts'
import { GumloopServer } from './gumloop-server.ts'
import { INSTRUCTIONS } from './instructions.ts'
import { messageContext } from './message-context.ts'
import { MODERN_VERSION, PROTOCOL_VERSIONS } from './protocol-versions.ts'
import { acceptsTasks, serveTasks, TASKS_EXTENSION } from './serve-tasks.ts'
import { BRIEF_SERVER_INFO, LIST_CACHE_HINT, SERVER_INFO } from './server-info.ts'
import { toolList } from './tool-list.ts'

/** Messages whose answer introduces the server. */
const INTRODUCTIONS = new Set(['initialize', 'server/discover'])
const CACHE_HINTS = {
  'server/discover': LIST_CACHE_HINT,
  'tools/list': LIST_CACHE_HINT,
  'prompts/list': LIST_CACHE_HINT,
  'resources/list': LIST_CACHE_HINT,
  'resources/templates/list': LIST_CACHE_HINT,
  // An agent may write a newer version of a file at any time.
  'resources/read': { ttlMs: 60_000, cacheScope: 'private' },
} as const

/** A fresh server for one exchange (the SDK binds a server to one transport) of a message with this method. */
export function makeServer(request: RequestContext, deps: CallToolDeps, method: string): GumloopServer {
  const { config } = request.principal
  const { runs } = deps
  const tracking = request.protocolVersion === MODERN_VERSION ? runs?.tracking : undefined
  const server = new GumloopServer(INTRODUCTIONS.has(method) ? SERVER_INFO : BRIEF_SERVER_INFO, {
    capabilities: {
      tools: { listChanged: false },
      ...(tracking && { extensions: { [TASKS_EXTENSION]: {} } }),
    },
    instructions: INSTRUCTIONS,
    supportedProtocolVersions: PROTOCOL_VERSIONS,
    cacheHints: CACHE_HINTS,
  })
  // Our schemas are plain JSON, which the SDK's recursive JSON type cannot see.
  const tools = toolList(config) as unknown as Tool[]
  server.setRequestHandler('tools/list', () => ({ tools }))
  server.setRequestHandler('tools/call', async ({ params }, message) => {
    const { name } = params
    if (!isKnownTool(name, config)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${cutText(name, 128)}`)
    }
    const acceptsTask = tracking !== undefined && acceptsTasks(message)
    const { result, rateLimitHeaders } = await callTool(
      messageContext(request, message),
      { name, arguments: params.arguments, acceptsTask },
      deps,
    )
    server.addResponseHeaders(rateLimitHeaders)
    // A task has no content: `GumloopServer` accepts it, the SDK's type does not.
    return result as ToolResult
  })
  if (runs && tracking) serveTasks(server, request, { ...deps, runs: { ...runs, tracking } })
  serveResources(server, request, deps)
  servePrompts(server, { config, listed: tools.map(tool => tool.name), nowMs: Date.now() })
  serveCompletion(server, request, deps)
  return server
}
