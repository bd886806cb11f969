/** Attaches skills and MCP servers to agents. */

import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { textsField } from '../http/fields.ts'
import type { JsonObject } from '../http/request-check.ts'
import { findServer } from '../seed/seed-mcp-servers.ts'
import type { AgentRecord } from '../state/state.ts'
import { findAgent, recordVersion } from './agents.ts'
import { requireSkills } from './skills.ts'

const IDS_LIMIT = 100

export function updateAgentSkills(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const attach = [...new Set(textsField(call.body, 'attach'))]
  const detach = [...new Set(textsField(call.body, 'detach'))]
  const both = attach.find(id => detach.includes(id))
  if (both !== undefined) throw badRequest(`"${both}" is in both attach and detach.`, 'attach')
  if (attach.length + detach.length > IDS_LIMIT)
    throw badRequest(`At most ${IDS_LIMIT} IDs are allowed per call.`, 'attach')
  requireSkills(call.world.state, [...attach, ...detach])
  const attached = attach.filter(id => !agent.skillIds.includes(id))
  const detached = detach.filter(id => agent.skillIds.includes(id))
  agent.skillIds = [...agent.skillIds.filter(id => !detached.includes(id)), ...attached]
  if (attached.length + detached.length > 0) recordVersion(call, agent)
  return ok({
    agent_id: agent.id,
    skill_ids: agent.skillIds,
    attached,
    detached,
    already_attached: attach.filter(id => !attached.includes(id)),
    already_detached: detach.filter(id => !detached.includes(id)),
  })
}

const isServer = (entry: JsonObject) => typeof entry.server_id === 'string'

/** @throws ApiError 404 `mcp_server_not_found` */
function requireServer(call: Call): { serverId: string; agent: AgentRecord } {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const serverId = pathValue(call, 'server_id')
  if (findServer(serverId) === undefined) {
    throw new ApiError(404, 'mcp_server_not_found', `There is no MCP server "${serverId}" in the catalog.`)
  }
  return { serverId, agent }
}

export function listAgentMcpServers(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  return ok({ agent_id: agent.id, mcp_servers: agent.tools.filter(isServer) })
}

/** Attaches a server or changes the settings of an attached one. The caller cannot set its type, id and name. */
export function attachMcpServer(call: Call): ApiResponse {
  const { serverId, agent } = requireServer(call)
  const server = findServer(serverId)
  const before = agent.tools.find(entry => entry.server_id === serverId)
  const { secret_id: _secret, mcp_server_url: _url, ...settings } = call.body
  const entry = { ...before, ...settings, type: server?.type, server_id: serverId, name: server?.name }
  agent.tools = [...agent.tools.filter(other => other !== before), entry]
  recordVersion(call, agent)
  return ok({
    agent_id: agent.id,
    mcp_server: entry,
    created: before === undefined,
    version: agent.versions.length,
    auth_status: server?.status === 'connected' ? 'authenticated' : 'unauthenticated',
  })
}

export function detachMcpServer(call: Call): ApiResponse {
  const { serverId, agent } = requireServer(call)
  const remaining = agent.tools.filter(entry => entry.server_id !== serverId)
  const detached = remaining.length < agent.tools.length
  agent.tools = remaining
  if (detached) recordVersion(call, agent)
  return ok({ agent_id: agent.id, server_id: serverId, detached })
}
