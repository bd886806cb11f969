/** The MCP server of one request: the official SDK's low-level `Server`, with the tool list prepared at build time. */
import { ProtocolError, ProtocolErrorCode, Server, type Tool } from '@modelcontextprotocol/server'
import { findTool } from '../catalog/catalogue.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import { allowedTools, listedTools, type ToolExposure } from '../catalog/tool-filter.ts'
import { type Caller, type CallToolDeps, callTool, isKnownTool } from './call-tool.ts'
import { asListed } from './executor.ts'
import { INSTRUCTIONS } from './instructions.ts'

/** Newest first: what a client that asks for an unknown version is offered. */
export const PROTOCOL_VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']

const SERVER_INFO = {
  name: 'gumloop-mcp',
  title: 'Gumloop',
  version: '0.1.0',
  websiteUrl: 'https://www.gumloop.com',
}
/** The list is the connector's own, so it may be kept by that client alone. */
const CACHE_HINT = { ttlMs: 300_000, cacheScope: 'private' } as const

export interface ServerRequest {
  caller: Caller & { config: { tool_exposure: ToolExposure } }
  deadlineMs: number
  requestId: string
  client?: string
  onRateLimit?: (headers: Record<string, string>) => void
}

/** A fresh server for one exchange (the SDK binds a server to one transport). */
export function makeServer(request: ServerRequest, deps: CallToolDeps): Server {
  const { caller } = request
  const server = new Server(SERVER_INFO, {
    capabilities: { tools: { listChanged: false } },
    instructions: INSTRUCTIONS,
    supportedProtocolVersions: PROTOCOL_VERSIONS,
    cacheHints: { 'tools/list': CACHE_HINT, 'server/discover': CACHE_HINT },
  })
  // Our schemas are plain JSON, which the SDK's recursive JSON type cannot see.
  const tools = toolList(caller) as unknown as Tool[]
  server.setRequestHandler('tools/list', () => ({ tools }))
  server.setRequestHandler('tools/call', async (message, context) => {
    const { name } = message.params
    if (!isKnownTool(name, caller)) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Unknown tool: ${name.slice(0, 128).toWellFormed()}`,
      )
    }
    const { client, onRateLimit } = request
    return callTool(
      {
        name,
        arguments: message.params.arguments,
        caller,
        deadlineMs: request.deadlineMs,
        signal: context.mcpReq.signal,
        requestId: request.requestId,
        ...(client !== undefined && { client }),
        ...(onRateLimit && { onRateLimit }),
      },
      deps,
    )
  })
  return server
}

const lists = new Map<string, ToolDefinition[]>()

/** What `tools/list` shows over this connector; made once per filter in an environment. */
export function toolList(caller: ServerRequest['caller']): ToolDefinition[] {
  const { methods, tags, tool_exposure } = caller.config
  const key = JSON.stringify([methods, tags, tool_exposure])
  let list = lists.get(key)
  if (!list) {
    const allowed = allowedTools({ methods, tags })
    list = listedTools({ methods, tags }, tool_exposure).flatMap(name => {
      const definition = findTool(name)?.definition
      return definition ? asListed(definition, allowed) : []
    })
    if (lists.size >= 100) lists.clear()
    lists.set(key, list)
  }
  return list
}
