/** The abilities that Gumloop builds into agents. Each is an entry of the agent's tools; finding tools is a setting. */
import { isSent, objectField, textOrNull } from '../http/fields.ts'
import type { JsonObject } from '../http/request-check.ts'
import type { AgentRecord } from '../state/state.ts'

interface Ability {
  /** `type` of the entry in the agent's tools. */
  toolType: string
  settings: string[]
}

const ABILITIES: Record<string, Ability> = {
  web_search: { toolType: 'web_search', settings: ['provider'] },
  web_fetch: { toolType: 'web_fetch', settings: ['provider'] },
  image_generation: { toolType: 'image_generator', settings: ['model'] },
  search_past_conversations: { toolType: 'interaction_search', settings: [] },
  ask_question: { toolType: 'human_input', settings: [] },
  manage_evaluations: { toolType: 'manage_evals', settings: [] },
  browser: { toolType: 'browser', settings: ['proxy_country', 'profile_id'] },
}

const entryOf = (agent: AgentRecord, { toolType }: Ability) =>
  agent.tools.find(tool => tool.type === toolType && tool.is_disabled !== true)

export function abilitiesOf(agent: AgentRecord) {
  const switches = Object.entries(ABILITIES).map(([name, ability]) => {
    const entry = entryOf(agent, ability)
    const metadata = objectField(entry ?? {}, 'metadata')
    const settings = ability.settings.map(setting => [setting, metadata[setting] ?? null])
    return [name, { enabled: entry !== undefined, ...Object.fromEntries(settings) }]
  })
  const mode = textOrNull(objectField(agent.metadata, 'tool_discovery'), 'mode') ?? 'auto'
  return { ...Object.fromEntries(switches), tool_discovery: { mode } }
}

/** The tools with one ability switched; an ability that is on keeps the settings that were not sent. */
function withAbility(tools: JsonObject[], { toolType, settings }: Ability, change: JsonObject): JsonObject[] {
  const before = tools.find(tool => tool.type === toolType)
  const others = tools.filter(tool => tool !== before)
  if (change.enabled !== true) return others
  const sent = settings.filter(setting => change[setting] !== undefined)
  const metadata = {
    ...objectField(before ?? {}, 'metadata'),
    ...Object.fromEntries(sent.map(setting => [setting, change[setting]])),
  }
  const { is_disabled: _, ...rest } = before ?? { type: toolType }
  return [...others, settings.length === 0 ? rest : { ...rest, metadata }]
}

/** Switches the abilities that `body` names; the others stay as they are. */
export function switchAbilities(agent: AgentRecord, body: JsonObject): void {
  for (const [name, ability] of Object.entries(ABILITIES)) {
    if (isSent(body, name)) agent.tools = withAbility(agent.tools, ability, objectField(body, name))
  }
  if (isSent(body, 'tool_discovery')) {
    agent.metadata = { ...agent.metadata, tool_discovery: objectField(body, 'tool_discovery') }
  }
}
