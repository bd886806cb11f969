/** Evaluations of sessions, as plain data. */

/** A rubric in Gumloop's own field names. */
export type Rubric = Record<string, unknown>

export interface OrganizationEvaluationRecord {
  id: string
  name: string
  description: string | null
  isEnabled: boolean
  targets: { type: string; id: string | null }[]
  config: Rubric
  creatorId: string
  createdAtMs: number
  updatedAtMs: number
}

export interface EvaluationResultRecord {
  id: string
  /** Null when the agent's own configuration graded the session. */
  evaluationId: string | null
  sessionId: string
  agentId: string
  createdAtMs: number
  workMs: number
}

export interface EvaluationState {
  /** Configuration by agent. */
  configs: Record<string, { config: Rubric; updatedAtMs: number }>
  organization: OrganizationEvaluationRecord[]
  /** The latest, oldest first. */
  results: EvaluationResultRecord[]
}
