/** The agents that come with the sandbox. Their IDs are fixed, so that guides and tests can use them. */
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
  skillIds?: string[]
  isRetired?: boolean
}

const gumcp = (server: string, name: string) => ({ type: 'gumcp_server', server_id: server, name })

const SEEDS: AgentSeed[] = [
  {
    id: 'agt_security_audit',
    persona: 'audit',
    name: 'Security Audit Agent',
    description: 'Audits the cloud accounts and reports the findings, most severe first.',
    modelName: 'anthropic/claude-sonnet-4-5',
    systemPrompt: 'You audit cloud accounts. Read only. Name the resource, the risk and the next step.',
    tools: [gumcp('gumloop_aws', 'AWS'), { type: 'web_search' }],
    teamId: 'team_harbor',
    createdAt: '2026-05-15T14:32:00Z',
    skillIds: ['skill_cloud_hardening'],
  },
  {
    id: 'agt_research_desk',
    persona: 'research',
    name: 'Research Desk',
    description: 'Answers market questions about bags, travelers and materials in a one-page brief.',
    modelName: 'openai/gpt-5',
    systemPrompt: 'You are a market researcher at a maker of travel goods. Cite a source for every claim.',
    tools: [{ type: 'web_search' }, { type: 'web_fetch' }],
    teamId: 'team_harbor',
    createdAt: '2026-04-20T08:05:00Z',
  },
  {
    id: 'agt_support_triage',
    persona: 'triage',
    name: 'Support Triage',
    description: 'Sorts the support inbox by team and urgency.',
    modelName: 'anthropic/claude-haiku-4-5',
    systemPrompt: 'You sort support mail by team and urgency.',
    tools: [gumcp('gumloop_slack', 'Slack')],
    teamId: 'team_harbor',
    createdAt: '2026-04-02T09:11:00Z',
    skillIds: ['skill_ticket_triage'],
  },
  {
    id: 'agt_expense_approver',
    persona: 'approver',
    name: 'Expense approver',
    description:
      'Checks expense claims and pays them after a person has approved them and named the cost center.',
    modelName: 'openai/gpt-5-mini',
    systemPrompt: 'You check expense claims. Ask for approval over € 100. Never pay a claim twice.',
    tools: [gumcp('gumloop_ledger', 'Ledger'), { type: 'human_input' }],
    teamId: 'team_finance',
    createdAt: '2026-03-11T10:40:00Z',
  },
  {
    id: 'agt_broken_pipeline',
    persona: 'broken',
    name: 'Broken pipeline',
    description: 'Books last month’s invoices. Always fails in step 3, because the ledger is unreachable.',
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
    knowledgeSources: [],
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
    isIncognito: false,
    versions: [
      { id: seed.id.replace(/^agt_/, 'ver_'), createdAtMs, composition: structuredClone(composition) },
    ],
  }
}

/** Fresh records of all seed agents. */
export function seedAgents(): AgentRecord[] {
  return SEEDS.map(toRecord)
}

/** The agent of the alias `gumball` or `analytics`, which Gumloop creates on first use. */
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
    knowledgeSources: [],
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
    isIncognito: false,
    versions: [{ id: versionId, createdAtMs: nowMs, composition }],
  }
}
