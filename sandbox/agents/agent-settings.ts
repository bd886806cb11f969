/** An agent's abilities, what it keeps of its sessions, the rules that it made for itself, and its end. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectField, textOrNull } from '../http/fields.ts'
import { refuseTeamKey, requireIncognitoPermission } from '../http/permissions.ts'
import { APP_RULES } from '../seed/seed-app-rules.ts'
import { abilitiesOf, switchAbilities } from './abilities.ts'
import { agentFull } from './agent-view.ts'
import { findAgent, recordVersion, requireVersion } from './agents.ts'

/** Running sessions stay as they are. Switching it off needs no permission. */
export function setAgentIncognito(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  if (call.body.enforced === true) requireIncognitoPermission(call)
  agent.isIncognito = call.body.enforced === true
  return ok({ agent: agentFull(call.world.state, agent) })
}

/** Changes only the abilities that were sent. @throws ApiError 400 for an unknown browser profile, 409 */
export function updateAgentAbilities(call: Call): ApiResponse {
  const { body, world } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  requireVersion(agent, body)
  const profileId = textOrNull(objectField(body, 'browser'), 'profile_id')
  if (profileId !== null && !world.state.browserProfiles.some(profile => profile.id === profileId)) {
    throw badRequest(`There is no browser profile "${profileId}".`, 'browser.profile_id')
  }
  const before = JSON.stringify([agent.tools, agent.metadata])
  switchAbilities(agent, body)
  if (JSON.stringify([agent.tools, agent.metadata]) !== before) recordVersion(call, agent)
  return ok({ agent_id: agent.id, abilities: abilitiesOf(agent), version: agent.versions.length })
}

export function listAgentAppRules(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  return ok({ agent_id: agent.id, app_rules: APP_RULES[agent.id] ?? [] })
}

/** Retires the agent and deletes its triggers. @throws ApiError 403 for a team key and for a built-in agent */
export function deleteAgent(call: Call): ApiResponse {
  const { state } = call.world
  refuseTeamKey(call, 'delete an agent')
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  if (agent.alias !== null) {
    throw new ApiError(403, 'permission_denied', `The agent "${agent.alias}" is part of every account.`)
  }
  agent.isActive = false
  state.triggers = state.triggers.filter(trigger => trigger.agentId !== agent.id)
  return ok({ agent_id: agent.id, deleted: true })
}
