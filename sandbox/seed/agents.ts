/** The agents that come with the sandbox. Their ids are fixed, so that guides and tests can name them. */
import type { AgentRecord, Persona } from '../state/state.ts'

interface AgentSeed {
  id: string
  persona: Persona
  name: string
  description: string
  modelName: string
  systemPrompt: string
  tools: Record<string, unknown>[]
  resources?: Record<string, unknown>[]
  teamId: string
  createdAt: string
  activeTriggerCount?: number
  skillIds?: string[]
  isRetired?: boolean
}

const gumcp = (server: string, name: string) => ({ type: 'gumcp_server', server_id: server, name })

const SEEDS: AgentSeed[] = [
  {
    id: 'agt_security_audit',
    persona: 'audit',
    name: 'Security Audit Agent',
    description: 'Goes through the cloud accounts and writes down what should keep you awake, worst first.',
    modelName: 'anthropic/claude-sonnet-4-5',
    systemPrompt:
      'You audit cloud accounts. Read only. Name the resource, the risk and the next step. No drama.',
    tools: [gumcp('gumloop_aws', 'AWS'), { type: 'web_search' }],
    teamId: 'team_harbor',
    createdAt: '2026-05-15T14:32:00Z',
    activeTriggerCount: 1,
    skillIds: ['skill_cloud_hardening'],
  },
  {
    id: 'agt_research_desk',
    persona: 'research',
    name: 'Research Desk',
    description: 'Answers market questions about bags, travellers and materials in a brief of one page.',
    modelName: 'openai/gpt-5',
    systemPrompt: 'You are a market researcher at a maker of travel goods. Every claim has a source.',
    tools: [{ type: 'web_search' }, { type: 'web_fetch' }],
    teamId: 'team_harbor',
    createdAt: '2026-04-20T08:05:00Z',
  },
  {
    id: 'agt_support_triage',
    persona: 'triage',
    name: 'Support Triage',
    description: 'Sorts the support inbox: which team, how urgent, and what the customer really wants.',
    modelName: 'anthropic/claude-haiku-4-5',
    systemPrompt: 'You sort support mail. Be kind about scarves.',
    tools: [gumcp('gumloop_slack', 'Slack')],
    teamId: 'team_harbor',
    createdAt: '2026-04-02T09:11:00Z',
    activeTriggerCount: 2,
    skillIds: ['skill_ticket_triage'],
  },
  {
    id: 'agt_expense_approver',
    persona: 'approver',
    name: 'Expense approver',
    description: 'Checks expense claims and pays them, once a person has agreed and named the cost centre.',
    modelName: 'openai/gpt-5-mini',
    systemPrompt: 'You check expense claims. Over € 100 you ask first. You never pay twice.',
    tools: [gumcp('gumloop_ledger', 'Ledger'), { type: 'human_input' }],
    teamId: 'team_finance',
    createdAt: '2026-03-11T10:40:00Z',
  },
  {
    id: 'agt_broken_pipeline',
    persona: 'broken',
    name: 'Broken pipeline',
    description:
      'Books last month’s invoices. Fails in step 3 since the ledger moved; kept to learn failure on.',
    modelName: 'openai/gpt-5-mini',
    systemPrompt: 'You fetch invoices and book them.',
    tools: [gumcp('gumloop_ledger', 'Ledger')],
    resources: [{ type: 'flow', saved_item_id: 'flow_ledger_export' }],
    teamId: 'team_finance',
    createdAt: '2026-02-27T16:20:00Z',
  },
  {
    id: 'agt_newsletter_2023',
    persona: 'assistant',
    name: 'Newsletter 2023',
    description: 'Wrote the newsletter until it was retired.',
    modelName: 'openai/gpt-4o',
    systemPrompt: 'You write newsletters.',
    tools: [],
    teamId: 'team_harbor',
    createdAt: '2025-11-03T12:00:00Z',
    isRetired: true,
  },
]

function toRecord(seed: AgentSeed): AgentRecord {
  const createdAtMs = Date.parse(seed.createdAt)
  const composition = {
    name: seed.name,
    description: seed.description,
    modelName: seed.modelName,
    systemPrompt: seed.systemPrompt,
    tools: seed.tools,
    resources: seed.resources ?? [],
    metadata: {},
    skillIds: seed.skillIds ?? [],
  }
  return {
    ...structuredClone(composition),
    id: seed.id,
    alias: null,
    persona: seed.persona,
    teamId: seed.teamId,
    isActive: seed.isRetired !== true,
    folderId: null,
    createdAtMs,
    activeTriggerCount: seed.activeTriggerCount ?? 0,
    versions: [
      { id: seed.id.replace(/^agt_/, 'ver_'), createdAtMs, composition: structuredClone(composition) },
    ],
  }
}

/** Fresh records of all seed agents. */
export function seedAgents(): AgentRecord[] {
  return SEEDS.map(toRecord)
}

/** The agent behind `gumball` or `analytics`, which Gumloop makes on first use. */
export function aliasAgent(alias: string, id: string, versionId: string, nowMs: number): AgentRecord {
  const isGumball = alias === 'gumball'
  const composition = {
    name: isGumball ? 'Gumball' : 'Analytics',
    description: isGumball
      ? 'The assistant that every account has.'
      : 'Answers questions about usage and cost.',
    modelName: 'gumloop-auto',
    systemPrompt: null,
    tools: [],
    resources: [],
    metadata: {},
    skillIds: [],
  }
  return {
    ...structuredClone(composition),
    id,
    alias,
    persona: 'assistant',
    teamId: 'team_harbor',
    isActive: true,
    folderId: null,
    createdAtMs: nowMs,
    activeTriggerCount: 0,
    versions: [{ id: versionId, createdAtMs: nowMs, composition }],
  }
}
