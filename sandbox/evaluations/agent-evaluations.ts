/** The evaluation of one agent: its configuration, runs and results. */
import { findAgent } from '../agents/agents.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, notFound } from '../http/error-response.ts'
import { isSent, textOrNull, textsField } from '../http/fields.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import type { EvaluationResultRecord, Rubric } from '../state/evaluation-state.ts'
import type { AgentRecord } from '../state/state.ts'
import { DEFAULT_SESSION_TYPES } from './evaluation-options.ts'
import { gradedResult } from './graded-result.ts'
import { planRun, runPlan } from './grading.ts'
import { coveredAgents } from './organization-rubric.ts'
import { isInRange, matchesFilters, metricsOf } from './result-filters.ts'
import { checkRubric, isEmptyRubric, mergedRubric } from './rubric.ts'

const FIELDS = [
  'enabled',
  'model_name',
  'frequency',
  'language',
  'include_auto_tags',
  'interaction_types',
  'criteria',
  'tags',
  'data_points',
  'sentiment',
  'notifications',
]

const DEFAULTS: Rubric = {
  enabled: false,
  model_name: null,
  frequency: 'debounced',
  language: null,
  include_auto_tags: false,
  interaction_types: DEFAULT_SESSION_TYPES,
  criteria: [],
  tags: [],
  data_points: [],
  sentiment: null,
  notifications: null,
}

function configOf(call: Call, agent: AgentRecord) {
  const stored = call.world.state.evaluations.configs[agent.id]
  const updatedAt = timestampOrNull(stored?.updatedAtMs ?? null)
  const covering = call.world.state.evaluations.organization.filter(evaluation =>
    coveredAgents(call.world.state, evaluation.targets).includes(agent),
  )
  return {
    agent_id: agent.id,
    is_active: true,
    ...DEFAULTS,
    ...stored?.config,
    updated_ts: updatedAt ?? timestamp(agent.createdAtMs),
    updated_at: updatedAt ?? timestamp(agent.createdAtMs),
    organization_evaluations: covering.map(({ id, name, isEnabled }) => ({ id, name, enabled: isEnabled })),
  }
}

export function getEvaluationConfig(call: Call): ApiResponse {
  return ok({ config: configOf(call, findAgent(call, pathValue(call, 'agent_id'))) })
}

/** Changes what was sent; a list replaces the one before. */
export function updateEvaluationConfig(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  checkRubric(call.body, '')
  const { configs } = call.world.state.evaluations
  const sent = Object.fromEntries(Object.entries(call.body).filter(([name]) => isSent(call.body, name)))
  const config = mergedRubric(configs[agent.id]?.config ?? DEFAULTS, sent, FIELDS)
  configs[agent.id] = { config, updatedAtMs: call.nowMs }
  return ok({ config: configOf(call, agent) })
}

function resultObject(call: Call, record: EvaluationResultRecord) {
  return {
    ...gradedResult(call, record),
    evaluation_id: record.id,
    interaction_id: record.sessionId,
    created_ts: timestamp(record.createdAtMs),
    organization_evaluation_id: record.evaluationId,
  }
}

/** Latest first; finished ones unless `status` says otherwise. */
export function listEvaluations(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const evaluationId = textOrNull(call.query, 'organization_evaluation_id')
  const rows = call.world.state.evaluations.results
    .filter(record => record.agentId === agent.id && record.evaluationId === evaluationId)
    .filter(record => isInRange(call, record))
    .reverse()
    .map(record => resultObject(call, record))
    .filter(
      row => matchesFilters(call, row) && (call.query.status !== undefined || row.status === 'completed'),
    )
  const page = pageOf(rows, `evaluations of ${agent.id}`, call.query, row => row.id)
  return ok({ evaluations: page.entries, next_cursor: page.nextCursor })
}

export function retrieveEvaluation(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = pathValue(call, 'evaluation_id')
  const record = call.world.state.evaluations.results.find(
    entry => entry.id === id && entry.agentId === agent.id,
  )
  if (record === undefined) throw notFound('evaluation', id)
  return ok({ evaluation: resultObject(call, record) })
}

/** @throws ApiError 400 without a configuration or a session that can be graded, 409 when all are being graded */
export function runEvaluations(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const config = call.world.state.evaluations.configs[agent.id]?.config
  if (config === undefined || isEmptyRubric(config))
    throw new ApiError(400, 'evaluations_not_configured', 'The agent has no criteria, tags or data points.')
  const plan = planRun(call, textsField(call.body, 'session_ids'), null, [agent])
  if (plan.sessions.length === 0) {
    if (plan.skipped.some(entry => entry.reason === 'in_flight'))
      throw new ApiError(409, 'evaluation_run_in_flight', 'These sessions are being graded already.')
    throw new ApiError(400, 'no_valid_interactions', 'None of the sessions can be graded.')
  }
  return runPlan(call, plan, null)
}

export function getEvaluationMetrics(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const rows = call.world.state.evaluations.results
    .filter(record => record.agentId === agent.id && record.evaluationId === null)
    .map(record => resultObject(call, record))
  const { days, grades } = metricsOf(call, rows)
  const tags: Record<string, number> = {}
  for (const tag of rows.flatMap(row => row.applied_tags)) tags[tag] = (tags[tag] ?? 0) + 1
  return ok({ days, grades, tags })
}
