/** The MCP server of one request: the official SDK's low-level `Server`, with the tool list prepared at build time. */
import {
  type ProtocolEra,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server'
import { findTool } from '../catalog/catalog.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import { allowedTools, listedTools, type ToolExposure } from '../catalog/tool-filter.ts'
import { PRODUCT_VERSION } from '../shared/version.ts'
import {
  type Caller,
  type CallToolDeps,
  type CallToolRequest,
  callTool,
  isKnownTool,
} from '../tools/call-tool.ts'
import { asListed } from '../tools/executor.ts'
import { TASKS_EXTENSION } from '../tools/tasks.ts'
import type { ToolResult } from '../tools/tool-result.ts'
import { serveCompletion } from './capabilities/completion.ts'
import { ICONS } from './capabilities/icon.ts'
import { servePrompts } from './capabilities/serve-prompts.ts'
import { serveResources } from './capabilities/serve-resources.ts'
import { INSTRUCTIONS } from './instructions.ts'
import { declaresTasks, serveTasks, TaskServer } from './task-server.ts'

/** Newest first: what a client that asks for an unknown version is offered. */
export const PROTOCOL_VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']

const SERVER_INFO = {
  name: 'gumloop-mcp',
  title: 'Gumloop',
  version: PRODUCT_VERSION,
  websiteUrl: 'https://www.gumloop.com',
  icons: ICONS,
}
/** Lists are the connector's own, so they may be kept by that client alone. */
const CACHE_HINT = { ttlMs: 300_000, cacheScope: 'private' } as const
const CACHE_HINTS = {
  'server/discover': CACHE_HINT,
  'tools/list': CACHE_HINT,
  'prompts/list': CACHE_HINT,
  'resources/list': CACHE_HINT,
  'resources/templates/list': CACHE_HINT,
  // An agent may write a newer version of a file at any time.
  'resources/read': { ttlMs: 60_000, cacheScope: 'private' },
} as const

export interface ServerRequest {
  /** Of the message: tasks are offered to 2026-07-28 alone. */
  era: ProtocolEra
  caller: Caller & { config: { tool_exposure: ToolExposure } }
  deadlineMs: number
  requestId: string
  client?: string
  onRateLimit?: (headers: Record<string, string>) => void
}

/** A fresh server for one exchange (the SDK binds a server to one transport). */
export function makeServer(request: ServerRequest, deps: CallToolDeps): Server {
  const { caller, deadlineMs } = request
  const { runs } = deps
  const offersTasks = request.era === 'modern' && runs?.kept !== undefined
  const server = new TaskServer(SERVER_INFO, {
    capabilities: {
      tools: { listChanged: false },
      ...(offersTasks && { extensions: { [TASKS_EXTENSION]: {} } }),
    },
    instructions: INSTRUCTIONS,
    supportedProtocolVersions: PROTOCOL_VERSIONS,
    cacheHints: CACHE_HINTS,
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
    const onProgress = progressTo(context)
    const result = await callTool(
      {
        name,
        arguments: message.params.arguments,
        caller,
        deadlineMs,
        signal: context.mcpReq.signal,
        requestId: request.requestId,
        ...(client !== undefined && { client }),
        ...(onRateLimit && { onRateLimit }),
        ...(onProgress && { onProgress }),
        takesTasks: offersTasks && declaresTasks(context),
      },
      deps,
    )
    // A task has no content; `TaskServer` lets it pass, the SDK's type does not know it.
    return result as ToolResult
  })
  if (runs?.kept && offersTasks) {
    serveTasks(server, { caller, deadlineMs }, { ...deps, runs: { ...runs, kept: runs.kept } })
  }
  serveResources(server, request, deps)
  servePrompts(server, { config: caller.config, listed: tools.map(tool => tool.name), nowMs: Date.now() })
  serveCompletion(server, request, deps)
  return server
}

/** Tells the client how a wait is going, where it gave a token for that; undefined where it did not. */
function progressTo({ mcpReq }: ServerContext): CallToolRequest['onProgress'] {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let progress = 0
  return ({ state, elapsedMs }) => {
    const elapsedSeconds = Math.round(elapsedMs / 1000)
    // It has to grow with every message, also with two in one millisecond.
    progress = Math.max(progress + 0.001, elapsedMs / 1000)
    const message = `${state ?? 'no state yet'}, ${elapsedSeconds} s`
    const params = { progressToken, progress, message }
    // A client that has left cannot be told; that is no reason to fail.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
  }
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
