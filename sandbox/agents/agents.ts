/** Agents: list, get, create, update. */
import type { ApiResponse } from '../http/api-response.ts'
import { created, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { isSent, objectField, objectsField, textField, textOrNull, textsField } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { requireIncognitoPermission } from '../http/permissions.ts'
import { isObject, type JsonObject } from '../http/request-check.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import { aliasAgent } from '../seed/seed-agents.ts'
import type { AgentComposition, AgentRecord, SandboxState } from '../state/state.ts'
import { agentFull, agentRow } from './agent-view.ts'
import { knowledgeSourcesIn } from './knowledge-scope.ts'
import { requireTeam, SEED_CREATOR, TEAMS } from './people.ts'
import { requireSkills } from './skills.ts'

const ALIASES = ['gumball', 'analytics']

/**
 * The agent with this id or alias. The agent of an alias is created on first use.
 * @throws ApiError 404 when it does not exist or is retired
 */
export function findAgent(call: Call, id: string): AgentRecord {
  const { state } = call.world
  const found = state.agents.find(agent => agent.id === id || agent.alias === id)
  if (found?.isActive === true) return found
  if (found === undefined && ALIASES.includes(id)) {
    const agent = aliasAgent(id, nextId(state, 'agt_'), nextId(state, 'ver_'), call.nowMs)
    state.agents.push(agent)
    return agent
  }
  throw notFound('agent', id)
}

/** The agent of a session, which may be retired. */
export function agentById(state: SandboxState, id: string): AgentRecord {
  const agent = state.agents.find(entry => entry.id === id)
  if (agent === undefined) throw notFound('agent', id)
  return agent
}

export function compositionOf(agent: AgentRecord): AgentComposition {
  return structuredClone({
    name: agent.name,
    description: agent.description,
    modelName: agent.modelName,
    systemPrompt: agent.systemPrompt,
    tools: agent.tools,
    resources: agent.resources,
    metadata: agent.metadata,
    skillIds: agent.skillIds,
    knowledgeSources: agent.knowledgeSources,
  })
}

/** Saves the current agent as its newest version. */
export function recordVersion(call: Call, agent: AgentRecord): void {
  agent.versions.push({
    id: nextId(call.world.state, 'ver_'),
    createdAtMs: call.nowMs,
    composition: compositionOf(agent),
  })
}

function lastUsedAtMs(state: SandboxState, agent: AgentRecord): number | null {
  const starts = state.sessions
    .filter(s => s.agentId === agent.id)
    .map(s => s.turns.at(-1)?.acceptedAtMs ?? s.createdAtMs)
  return starts.length === 0 ? null : Math.max(...starts)
}

const BY_NAME = (a: AgentRecord, b: AgentRecord) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)
const BY_AGE = (a: AgentRecord, b: AgentRecord) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)

function sorted(agents: AgentRecord[], order: unknown): AgentRecord[] {
  if (order === 'name_asc') return agents.sort(BY_NAME)
  if (order === 'name_desc') return agents.sort(BY_NAME).reverse()
  return order === 'oldest' ? agents.sort(BY_AGE) : agents.sort(BY_AGE).reverse()
}

export function listAgents(call: Call): ApiResponse {
  const { query, world } = call
  const teamId = textOrNull(query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const search = textOrNull(query, 'search')?.toLowerCase()
  const creator = textOrNull(query, 'creator')
  const tool = textOrNull(query, 'tool')
  const flow = textOrNull(query, 'flow')
  const matching = world.state.agents.filter(
    agent =>
      agent.isActive &&
      (teamId === null || agent.teamId === teamId) &&
      (search === undefined || agent.name.toLowerCase().includes(search)) &&
      (creator === null || creator === SEED_CREATOR.id) &&
      (query.has_triggers !== true ||
        world.state.triggers.some(trigger => trigger.agentId === agent.id && trigger.isEnabled)) &&
      (tool === null || agent.tools.some(entry => entry.server_id === tool)) &&
      (flow === null || agent.resources.some(entry => entry.saved_item_id === flow)),
  )
  const rows = sorted(matching, query.sort_order).map(agent => ({
    ...agentRow(world.state, agent, query.summary === true),
    ...(query.include_last_used === true
      ? { last_used_at: timestampOrNull(lastUsedAtMs(world.state, agent)) }
      : {}),
    ...(query.include_last_updated === true
      ? { last_updated_at: timestamp(agent.versions.at(-1)?.createdAtMs ?? agent.createdAtMs) }
      : {}),
  }))
  if (query.page_size === undefined && query.cursor === undefined) return ok({ agents: rows })
  const page = pageOf(rows, 'agents', query, row => row.id)
  return ok({ agents: page.entries, next_cursor: page.nextCursor })
}

export function retrieveAgent(call: Call): ApiResponse {
  return ok({ agent: agentFull(call.world.state, findAgent(call, pathValue(call, 'agent_id'))) })
}

export function createAgent(call: Call): ApiResponse {
  const { body, world, nowMs } = call
  const id = textOrNull(body, 'agent_id') ?? nextId(world.state, 'agt_')
  if (ALIASES.includes(id) || world.state.agents.some(agent => agent.id === id)) {
    throw badRequest(`agent_id "${id}" already exists.`, 'agent_id')
  }
  const name = textOrNull(body, 'name')
  // Gumloop chooses a model for each message where an agent names none.
  const modelName = textOrNull(body, 'model_name') ?? 'auto'
  if (name === null) throw badRequest('name must not be blank.')
  const teamId = textOrNull(body, 'team_id') ?? TEAMS[0].id
  requireTeam(teamId)
  const skillIds = textsField(body, 'skill_ids')
  const knowledgeSources = knowledgeSourcesIn(call, teamId)
  if (body.incognito === true) requireIncognitoPermission(call)
  requireSkills(world.state, skillIds)
  const agent: AgentRecord = {
    id,
    alias: null,
    persona: 'assistant',
    name,
    description: textOrNull(body, 'description'),
    modelName,
    systemPrompt: textOrNull(body, 'system_prompt'),
    tools: objectsField(body, 'tools'),
    resources: objectsField(body, 'resources'),
    metadata: objectField(body, 'metadata'),
    skillIds,
    knowledgeSources,
    isIncognito: body.incognito === true,
    teamId,
    isActive: body.is_active !== false,
    folderId: textOrNull(body, 'folder_id'),
    createdAtMs: nowMs,
    versions: [],
  }
  recordVersion(call, agent)
  world.state.agents.push(agent)
  return created({ agent: agentFull(world.state, agent) })
}

/** Gumloop's settings: objects merge, everything else replaces. */
function mergedSettings(before: JsonObject, sent: JsonObject): JsonObject {
  const merged = { ...before }
  for (const [name, value] of Object.entries(sent)) {
    const old = before[name]
    merged[name] = isObject(value) && isObject(old) ? mergedSettings(old, value) : value
  }
  return merged
}

/** @throws ApiError 409 when the body names another version than the newest */
export function requireVersion(agent: AgentRecord, body: JsonObject): void {
  if (!isSent(body, 'version') || body.version === agent.versions.length) return
  throw new ApiError(
    409,
    'agent_version_conflict',
    `The agent is at version ${agent.versions.length}: it has changed since you read it.`,
    { param: 'version' },
  )
}

/** Changes only the fields that were sent. `is_active: false` retires the agent permanently. */
export function updateAgent(call: Call): ApiResponse {
  const { body } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  if (body.incognito !== undefined) {
    throw badRequest(
      'incognito has an operation of its own: PATCH /agents/{agent_id}/incognito.',
      'incognito',
    )
  }
  requireVersion(agent, body)
  if (body.is_active === false && agent.alias !== null) {
    throw new ApiError(
      400,
      'invalid_request',
      `The agent "${agent.alias}" is part of every account and cannot be retired.`,
      {
        param: 'is_active',
      },
    )
  }
  const teamId = textOrNull(body, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  agent.teamId = teamId ?? agent.teamId
  agent.name = textOrNull(body, 'name') ?? agent.name
  agent.modelName = textOrNull(body, 'model_name') ?? agent.modelName
  agent.description = textField(body, 'description') ?? agent.description
  agent.systemPrompt = textField(body, 'system_prompt') ?? agent.systemPrompt
  if (isSent(body, 'tools')) agent.tools = objectsField(body, 'tools')
  if (isSent(body, 'resources')) agent.resources = objectsField(body, 'resources')
  if (isSent(body, 'metadata')) agent.metadata = mergedSettings(agent.metadata, objectField(body, 'metadata'))
  if (body.is_active === false) agent.isActive = false
  recordVersion(call, agent)
  return ok({ agent: agentFull(call.world.state, agent) })
}
