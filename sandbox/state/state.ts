/** The sandbox's state as plain data. What can be computed from it and the current time is not stored. */
import type { AccessRecord, ArtifactChange } from './access-state.ts'
import type { BrainSourceRecord } from './brain-state.ts'
import type { EvaluationState } from './evaluation-state.ts'
import type { OrganizationState } from './organization-state.ts'
import type { TriggerRecord } from './trigger-state.ts'

/** How an agent behaves; `agent-scripts.ts` has one script for each. */
export type Persona = 'audit' | 'research' | 'triage' | 'approver' | 'broken' | 'assistant'

/** How much of a Brain source an agent reads; null means all of it. */
export interface KnowledgeSourceRecord {
  connectorId: string
  config: Record<string, unknown> | null
}

export interface AgentComposition {
  name: string
  description: string | null
  modelName: string
  systemPrompt: string | null
  tools: Record<string, unknown>[]
  resources: Record<string, unknown>[]
  metadata: Record<string, unknown>
  skillIds: string[]
  knowledgeSources: KnowledgeSourceRecord[]
}

export interface AgentVersionRecord {
  id: string
  createdAtMs: number
  composition: AgentComposition
}

export interface AgentRecord extends AgentComposition {
  id: string
  /** `gumball` or `analytics` for the two agents that every account has. */
  alias: string | null
  persona: Persona
  teamId: string
  isActive: boolean
  folderId: string | null
  createdAtMs: number
  /** Every new session keeps nothing. */
  isIncognito: boolean
  /** Oldest first; never empty. Their number is the agent's `version`. */
  versions: AgentVersionRecord[]
}

export interface Attachment {
  fileName: string
  mediaType: string | null
}

export interface ApprovalAnswer {
  action: 'accept' | 'reject'
  reason: string | null
  values: Record<string, unknown>
  atMs: number
}

/** A question that a person must answer before the agent continues. */
export interface ApprovalRequestRecord {
  id: string
  kind: 'tool_approval' | 'human_input'
  answer: ApprovalAnswer | null
}

/** A user message and the run that it starts. Durations are real milliseconds, with the sandbox's speed applied. */
export interface TurnRecord {
  id: string
  input: string
  attachments: Attachment[]
  creatorId: string
  acceptedAtMs: number
  queuedMs: number
  workMs: number
  /** Made after `workMs`. The run waits until all are answered. */
  approvalRequests: ApprovalRequestRecord[]
  /** From the last answer to the end; 0 without approval requests. */
  afterAnswersMs: number
  outcome: 'completed' | 'failed'
  cancelledAtMs: number | null
  /** Of the message that started it, when it was queued with one. */
  idempotencyKey: string | null
}

export interface QueuedMessageRecord {
  id: string
  /** Of a message that is delivered exactly once; null for one that was queued without a key. */
  idempotencyKey: string | null
  input: string
  creatorId: string
  createdAtMs: number
  updatedAtMs: number
}

export interface SessionFileRecord {
  path: string
  mediaType: string | null
  sizeBytes: number
}

export interface SessionRecord {
  id: string
  agentId: string
  name: string | null
  metadata: Record<string, unknown>
  creatorId: string
  createdAtMs: number
  turns: TurnRecord[]
  queue: QueuedMessageRecord[]
  files: SessionFileRecord[]
  /** What started it; null when a person or a program did. */
  triggerId: string | null
  /** Its messages and files are erased after the run. */
  isIncognito: boolean
}

export interface FlowRunRecord {
  id: string
  savedItemId: string
  userId: string
  /** The fields of the start body, except the names that Gumloop reserves. */
  inputs: Record<string, unknown>
  startedAtMs: number
  queuedMs: number
  workMs: number
  /** Why the run will fail; null when it will not. */
  failure: string | null
  killedAtMs: number | null
}

export interface FlowFileRecord {
  name: string
  base64: string
}

export interface SkillFile {
  name: string
  base64: string
}

export interface SkillVersionRecord {
  id: string
  createdAtMs: number
  files: SkillFile[]
}

export interface SkillRecord {
  id: string
  name: string
  description: string
  teamId: string
  createdAtMs: number
  usageCount: number
  viewCount: number
  lastUsedAtMs: number | null
  metadata: Record<string, unknown>
  isDeleted: boolean
  versions: SkillVersionRecord[]
}

export interface BrowserProfileRecord {
  id: string
  /** A user, or a team. */
  ownerId: string
  ownerScope: 'personal' | 'team'
  name: string
  isDefault: boolean
  version: number
  /** Number of cookies by site. Their values are not stored. */
  sites: { domain: string; cookieCount: number; updatedAtMs: number }[]
  createdAtMs: number
  updatedAtMs: number
}

export interface SandboxState {
  formatVersion: 3
  seed: string
  idsMade: number
  /** How far the simulated clock is ahead of the real one. */
  clockOffsetMs: number
  agents: AgentRecord[]
  sessions: SessionRecord[]
  flowRuns: FlowRunRecord[]
  flowFiles: FlowFileRecord[]
  skills: SkillRecord[]
  triggers: TriggerRecord[]
  /** Who may see which artifact, session and skill; without a record, its creator and the organization's members. */
  access: AccessRecord[]
  artifactChanges: ArtifactChange[]
  brainSources: BrainSourceRecord[]
  browserProfiles: BrowserProfileRecord[]
  evaluations: EvaluationState
  organization: OrganizationState
}
