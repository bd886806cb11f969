/** Everything the sandbox remembers, as plain data. What can be computed from it and the clock is not stored. */

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

export interface AskAnswer {
  action: 'accept' | 'reject'
  reason: string | null
  values: Record<string, unknown>
  atMs: number
}

/** Something the agent asks a person before it goes on. */
export interface AskRecord {
  id: string
  kind: 'tool_approval' | 'human_input'
  answer: AskAnswer | null
}

/** One user message and the run it starts. All durations are real ones, the sandbox's speed already applied. */
export interface TurnRecord {
  id: string
  input: string
  attachments: Attachment[]
  creatorId: string
  acceptedAtMs: number
  queuedMs: number
  workMs: number
  /** Asked when `workMs` are over; the run waits for all answers. */
  asks: AskRecord[]
  /** From the last answer to the end; only with asks. */
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
  /** The whole start body but the names that Gumloop keeps for itself. */
  inputs: Record<string, unknown>
  startedAtMs: number
  queuedMs: number
  workMs: number
  /** Why it will fail; null: it will not. */
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
  formatVersion: 1
  seed: string
  idsMade: number
  /** How far the simulated clock is ahead. */
  clockOffsetMs: number
  agents: AgentRecord[]
  sessions: SessionRecord[]
  flowRuns: FlowRunRecord[]
  flowFiles: FlowFileRecord[]
  skills: SkillRecord[]
}
