/** The rubric that a result was made with, and the agents that an evaluation of the organization covers. */
import { SEED_CREATOR } from '../agents/people.ts'
import type {
  EvaluationResultRecord,
  OrganizationEvaluationRecord,
  Rubric,
} from '../state/evaluation-state.ts'
import type { AgentRecord, SandboxState } from '../state/state.ts'

export function rubricOf({ evaluations }: SandboxState, record: EvaluationResultRecord): Rubric {
  if (record.evaluationId === null) return evaluations.configs[record.agentId]?.config ?? {}
  return evaluations.organization.find(entry => entry.id === record.evaluationId)?.config ?? {}
}

export function coveredAgents(
  state: SandboxState,
  targets: OrganizationEvaluationRecord['targets'],
): AgentRecord[] {
  return state.agents.filter(
    agent =>
      agent.isActive &&
      targets.some(
        ({ type, id }) =>
          type === 'organization' ||
          (type === 'team' && id === agent.teamId) ||
          (type === 'user' && id === SEED_CREATOR.id) ||
          (type === 'agent' && id === agent.id),
      ),
  )
}
