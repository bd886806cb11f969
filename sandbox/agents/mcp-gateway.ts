/** Gumloop as a client of other MCP servers: lists servers and tools, and calls tools. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { objectField, objectsField, textField } from '../http/fields.ts'
import type { JsonObject } from '../http/request-check.ts'
import { findServer, MCP_SERVERS, type McpServerSeed } from '../seed/seed-mcp-servers.ts'
import { APP_ACCOUNTS } from '../seed/seed-trigger-operators.ts'

export const connectUrl = (server: McpServerSeed) =>
  `https://www.gumloop.com/oauth/connect/${server.id.replace(/^gumloop_/, '')}`

function serverObject(server: McpServerSeed, isSingle: boolean) {
  return {
    server_id: server.id,
    name: server.name,
    type: server.type,
    status: server.status,
    icon_url: null,
    description: server.description,
    gumloop_auth_url: connectUrl(server),
    mcp_url: null,
    tool_count: server.tools.length,
    allowed_tool_call_ids:
      isSingle && server.status === 'connected'
        ? server.tools.map(tool => `${server.id}__${tool.name}`)
        : null,
  }
}

/** @throws ApiError 404 */
export function requireServer(call: Call): McpServerSeed {
  const id = pathValue(call, 'server_id')
  const server = findServer(id)
  if (server === undefined) throw new ApiError(404, 'mcp_server_not_found', `There is no MCP server "${id}".`)
  return server
}

export function listMcpServers(): ApiResponse {
  return ok({ servers: MCP_SERVERS.map(server => serverObject(server, false)) })
}

export function retrieveMcpServer(call: Call): ApiResponse {
  return ok({ server: serverObject(requireServer(call), true) })
}

export function listMcpServerAccounts(call: Call): ApiResponse {
  const server = requireServer(call)
  const accounts = (APP_ACCOUNTS[server.id] ?? []).map(({ id, label, isDefault }) => ({
    id,
    label,
    is_default: isDefault,
    in_use: isDefault,
  }))
  return ok({ server_id: server.id, accounts })
}

export function listMcpServerTools(call: Call): ApiResponse {
  const server = requireServer(call)
  const tools = server.tools.map(tool => ({
    tool_call_id: `${server.id}__${tool.name}`,
    name: tool.name,
    description: tool.description,
    input_schema: tool.input_schema,
    server_id: server.id,
    server_type: server.type,
    server: {},
  }))
  return ok({
    tools: server.status === 'connected' ? tools : [],
    server_id: server.id,
    status: server.status,
    gumloop_auth_url: connectUrl(server),
  })
}

function callError(code: string, message: string, type: string, details: JsonObject) {
  return { content: null, error: { code, message, type, param: 'tool_name', details } }
}

function callOne(request: JsonObject, i: number) {
  const serverId = textField(request, 'server_id') ?? ''
  const toolName = textField(request, 'tool_name') ?? ''
  const head = { ref: textField(request, 'ref') ?? String(i), server_id: serverId, tool_name: toolName }
  const server = findServer(serverId)
  const tool = server?.tools.find(entry => entry.name === toolName)
  if (server === undefined || tool === undefined) {
    const message = `There is no tool "${toolName}" on "${serverId}".`
    return { ...head, status: 'error', ...callError('tool_not_found', message, 'invalid_request_error', {}) }
  }
  if (server.status !== 'connected') {
    const message = `Connect ${server.name} before using this tool.`
    const details = { server_id: server.id, tool_name: tool.name, gumloop_auth_url: connectUrl(server) }
    return {
      ...head,
      status: 'unauthenticated',
      ...callError('auth_required', message, 'permission_error', details),
    }
  }
  // Nothing falls back to the default account: the call would act as somebody else.
  const account = textField(request, 'account')
  const accounts = APP_ACCOUNTS[server.id] ?? []
  const used = accounts.find(entry => (account === undefined ? entry.isDefault : entry.id === account))
  if (account !== undefined && used === undefined) {
    const message = `${server.name} has no account "${account}".`
    return { ...head, status: 'error', ...callError('invalid_account', message, 'invalid_request_error', {}) }
  }
  const suffix = account === undefined ? '' : ` (as ${used?.label})`
  const text = `${tool.run(objectField(request, 'arguments'))}${suffix}`
  return { ...head, status: 'success', content: [{ type: 'text', text }], error: null }
}

/** Responds with 207 when some calls succeeded and some failed. */
export function callMcpTools(call: Call): ApiResponse {
  const results = objectsField(call.body, 'calls').map(callOne)
  const succeeded = results.filter(result => result.status === 'success').length
  const isMixed = succeeded > 0 && succeeded < results.length
  return { status: isMixed ? 207 : 200, json: { results } }
}
