/** Resources and prompts of other MCP servers. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { objectField, textOrNull } from '../http/fields.ts'
import { MCP_PROMPTS, MCP_RESOURCES } from '../seed/seed-mcp-content.ts'
import type { McpServerSeed } from '../seed/seed-mcp-servers.ts'
import { connectUrl, requireServer } from './mcp-gateway.ts'

const statusOf = (server: McpServerSeed) => ({
  server_id: server.id,
  status: server.status,
  gumloop_auth_url: connectUrl(server),
})

/** @throws ApiError 404, 409 */
function connectedServer(call: Call): McpServerSeed {
  const server = requireServer(call)
  if (server.status !== 'connected')
    throw new ApiError(409, 'auth_required', `Connect ${server.name} first.`, {
      details: { gumloop_auth_url: connectUrl(server) },
    })
  return server
}

/** Empty, with the link to connect, for a server that is not connected. */
export function listMcpServerResources(call: Call): ApiResponse {
  const server = requireServer(call)
  const resources = server.status === 'connected' ? (MCP_RESOURCES[server.id] ?? []) : []
  const rows = resources.map(({ text, ...resource }) => ({
    ...resource,
    size: Buffer.byteLength(text),
    server_id: server.id,
  }))
  return ok({ resources: rows, ...statusOf(server), next_cursor: null })
}

export function readMcpServerResource(call: Call): ApiResponse {
  const server = connectedServer(call)
  const uri = textOrNull(call.query, 'uri')
  const found = (MCP_RESOURCES[server.id] ?? []).find(resource => resource.uri === uri)
  if (found === undefined) throw notFound('resource', uri ?? '')
  const contents = [{ uri, mime_type: found.mime_type, text: found.text, blob: null }]
  return ok({ server_id: server.id, uri, contents })
}

export function listMcpServerPrompts(call: Call): ApiResponse {
  const server = requireServer(call)
  const prompts = server.status === 'connected' ? (MCP_PROMPTS[server.id] ?? []) : []
  const rows = prompts.map(({ template: _, ...prompt }) => ({ ...prompt, server_id: server.id }))
  return ok({ prompts: rows, ...statusOf(server) })
}

/** @throws ApiError 400 for a missing argument, 404 */
export function getMcpServerPrompt(call: Call): ApiResponse {
  const server = connectedServer(call)
  const name = textOrNull(call.body, 'name') ?? ''
  const prompt = (MCP_PROMPTS[server.id] ?? []).find(entry => entry.name === name)
  if (prompt === undefined) throw notFound('prompt', name)
  const args = objectField(call.body, 'arguments')
  const missing = prompt.arguments.find(
    argument => argument.required && textOrNull(args, argument.name) === null,
  )
  if (missing !== undefined) throw badRequest(`${missing.name} is required.`, `arguments.${missing.name}`)
  const text = prompt.template.replace(/\{(\w+)\}/g, (_, key: string) => String(args[key] ?? ''))
  return ok({
    server_id: server.id,
    name,
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  })
}
