/** Gumloop's agent objects. */
import { timestamp } from '../http/timestamp.ts'
import type { AgentRecord, SandboxState } from '../state/state.ts'
import { triggerObject } from '../triggers/trigger-view.ts'
import { abilitiesOf } from './abilities.ts'
import { SEED_CREATOR } from './people.ts'

/** Triggers of an agent that are switched on. */
function activeTriggerCount(state: SandboxState, agent: AgentRecord): number {
  return state.triggers.filter(trigger => trigger.agentId === agent.id && trigger.isEnabled).length
}

const identity = (agent: AgentRecord) => ({
  id: agent.id,
  name: agent.name,
  description: agent.description,
  team_id: agent.teamId,
  is_active: agent.isActive,
  model_name: agent.modelName,
  folder_id: agent.folderId,
  created_at: timestamp(agent.createdAtMs),
  creator: SEED_CREATOR,
  incognito: { enforced: agent.isIncognito },
})

const setup = (agent: AgentRecord) => ({
  system_prompt: agent.systemPrompt,
  tools: agent.tools,
  resources: agent.resources,
  metadata: agent.metadata,
})

/** A row of the list; `isSummary` leaves out prompt, tools, resources and settings. */
export function agentRow(state: SandboxState, agent: AgentRecord, isSummary: boolean) {
  const row = { ...identity(agent), active_trigger_count: activeTriggerCount(state, agent) }
  return isSummary ? row : { ...row, ...setup(agent) }
}

/** One agent with everything that is known of it. */
export function agentFull(state: SandboxState, agent: AgentRecord) {
  return {
    ...identity(agent),
    ...setup(agent),
    skill_ids: agent.skillIds,
    type: agent.alias,
    active_trigger_count: activeTriggerCount(state, agent),
    abilities: abilitiesOf(agent),
    knowledge_sources: agent.knowledgeSources.map(source => ({
      connector_id: source.connectorId,
      config: source.config,
    })),
    triggers: state.triggers
      .filter(trigger => trigger.agentId === agent.id)
      .map(trigger => triggerObject(trigger)),
    version: agent.versions.length,
  }
}
