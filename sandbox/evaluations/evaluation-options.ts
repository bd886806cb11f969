/** The permitted values and limits of evaluations. */
import { type ApiResponse, ok } from '../http/api-response.ts'

const SESSION_TYPES = ['api', 'trigger', 'web', 'slack']
export const DEFAULT_SESSION_TYPES = ['api', 'trigger']
export const FREQUENCIES = ['debounced', 'per_turn', 'manual']
export const LIMITS = {
  criteria: 20,
  tags: 50,
  data_points: 20,
  tag_name_max_len: 60,
  tag_description_max_len: 300,
  notification_recipients: 10,
}

const SHARED = {
  criterion_types: ['prohibited_action', 'prohibited_words', 'voice_tone', 'other'],
  criterion_priorities: ['needs_review', 'needs_attention'],
  data_point_types: ['string', 'boolean', 'integer', 'number'],
  frequencies: FREQUENCIES,
}

/** For the evaluation of single agents. */
export function getAgentEvaluationOptions(): ApiResponse {
  return ok({
    interaction_types: SESSION_TYPES,
    ...SHARED,
    default_interaction_types: DEFAULT_SESSION_TYPES,
    limits: LIMITS,
  })
}

/** For evaluations of the organization. */
export function getEvaluationOptions(): ApiResponse {
  return ok({
    scopes: ['organization'],
    target_types: ['organization', 'team', 'user', 'agent'],
    session_types: SESSION_TYPES,
    default_session_types: DEFAULT_SESSION_TYPES,
    ...SHARED,
    grades: ['pass', 'needs_review', 'needs_attention'],
    statuses: ['queued', 'in_progress', 'completed', 'failed'],
    skip_reasons: ['ineligible', 'in_flight'],
    limits: LIMITS,
  })
}
