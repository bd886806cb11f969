/** The sandbox's state as plain data. What can be computed from it and the current time is not stored. */

/** How an agent behaves; `agent-scripts.ts` has one script for each. */
export type Persona = 'audit' | 'research' | 'triage' | 'approver' | 'broken' | 'assistant'

export interface AgentComposition {
  name: string
  description: string | null
  modelName: string
  systemPrompt: string | null
  tools: Record<string, unknown>[]
  resources: Record<string, unknown>[]
  metadata: Record<string, unknown>
  skillIds: string[]
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
  activeTriggerCount: number
  /** Oldest first; never empty. */
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
}

export interface QueuedMessageRecord {
  id: string
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

export interface SandboxState {
  formatVersion: 2
  seed: string
  idsMade: number
  /** How far the simulated clock is ahead of the real one. */
  clockOffsetMs: number
  agents: AgentRecord[]
  sessions: SessionRecord[]
  flowRuns: FlowRunRecord[]
  flowFiles: FlowFileRecord[]
  skills: SkillRecord[]
}
