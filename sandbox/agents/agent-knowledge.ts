/** Brain sources that an agent reads, and the agents that it may hand work to. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest } from '../http/error-response.ts'
import { objectField, textsField } from '../http/fields.ts'
import type { AgentRecord, KnowledgeSourceRecord } from '../state/state.ts'
import { findAgent, recordVersion } from './agents.ts'
import { knowledgeSourceOf } from './knowledge-scope.ts'

function sourceObject({ connectorId, config }: KnowledgeSourceRecord) {
  return { connector_id: connectorId, config }
}

export function listAgentKnowledgeSources(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  return ok({ agent_id: agent.id, knowledge_sources: agent.knowledgeSources.map(sourceObject) })
}

/** Attaches a source or changes its scope. A repeat changes nothing. */
export function attachAgentKnowledgeSource(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const source = knowledgeSourceOf(call, agent.teamId, pathValue(call, 'connector_id'), call.body.config)
  const before = agent.knowledgeSources.find(entry => entry.connectorId === source.connectorId)
  const isSame = JSON.stringify(before) === JSON.stringify(source)
  if (!isSame) {
    agent.knowledgeSources = [...agent.knowledgeSources.filter(entry => entry !== before), source]
    recordVersion(call, agent)
  }
  const outcome = isSame ? 'already_present' : before === undefined ? 'attached' : 'updated'
  return ok({ agent_id: agent.id, knowledge_source: sourceObject(source), outcome })
}

export function detachAgentKnowledgeSource(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = pathValue(call, 'connector_id')
  const remaining = agent.knowledgeSources.filter(entry => entry.connectorId !== id)
  const detached = remaining.length < agent.knowledgeSources.length
  agent.knowledgeSources = remaining
  if (detached) recordVersion(call, agent)
  return ok({ agent_id: agent.id, connector_id: id, detached })
}

const subagentIds = (agent: AgentRecord) =>
  textsField(objectField(agent.metadata, 'subagent'), 'allowed_gummie_ids')

/** Stores the list in the agent's settings, where Gumloop keeps it. */
function setSubagents(call: Call, agent: AgentRecord, ids: string[]): ApiResponse {
  const changed = ids.length !== subagentIds(agent).length
  if (changed) {
    const settings = { ...objectField(agent.metadata, 'subagent'), allowed_gummie_ids: ids }
    agent.metadata = { ...agent.metadata, subagent: settings }
    recordVersion(call, agent)
  }
  return ok({ agent_id: agent.id, subagent_ids: ids, changed })
}

/** @throws ApiError 400 for the agent itself, a built-in agent and one of another team; 404 */
export function attachAgentSubagent(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const other = findAgent(call, pathValue(call, 'subagent_id'))
  if (other === agent) throw badRequest('An agent cannot be its own subagent.', 'subagent_id')
  if (other.alias !== null) throw badRequest(`"${other.alias}" cannot be a subagent.`, 'subagent_id')
  if (other.teamId !== agent.teamId)
    throw badRequest('The subagent must be in the same workspace.', 'subagent_id')
  return setSubagents(call, agent, [...new Set([...subagentIds(agent), other.id])])
}

export function detachAgentSubagent(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = pathValue(call, 'subagent_id')
  return setSubagents(
    call,
    agent,
    subagentIds(agent).filter(other => other !== id),
  )
}
