/** What every result of a graded session holds, whichever evaluation it belongs to. */
import type { Call } from '../http/call.ts'
import { textOrNull } from '../http/fields.ts'
import { timestamp } from '../http/timestamp.ts'
import type { EvaluationResultRecord } from '../state/evaluation-state.ts'
import { outcomeOf } from './grading.ts'
import { rubricOf } from './organization-rubric.ts'

export function gradedResult({ nowMs, world: { state } }: Call, record: EvaluationResultRecord) {
  const session = state.sessions.find(entry => entry.id === record.sessionId)
  const rubric = rubricOf(state, record)
  return {
    id: record.id,
    session_id: record.sessionId,
    agent_id: record.agentId,
    error_code: null,
    model_name: textOrNull(rubric, 'model_name'),
    created_at: timestamp(record.createdAtMs),
    ...outcomeOf(rubric, record, session, nowMs),
  }
}
