/** Evaluations of the organization: one rubric over the agents of its targets. */
import { personOf, TEAMS } from '../agents/people.ts'
import { type ApiResponse, created, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { isSent, objectField, objectsField, textField, textOrNull, textsField } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp } from '../http/timestamp.ts'
import { requireAdmin } from '../organization/organization-admin.ts'
import { ORGANIZATION } from '../seed/seed-organization.ts'
import type {
  EvaluationResultRecord,
  OrganizationEvaluationRecord,
  Rubric,
} from '../state/evaluation-state.ts'
import { DEFAULT_SESSION_TYPES } from './evaluation-options.ts'
import { gradedResult } from './graded-result.ts'
import { planRun, runPlan, statusAt } from './grading.ts'
import { coveredAgents } from './organization-rubric.ts'
import { isInRange, matchesFilters, metricsOf } from './result-filters.ts'
import { checkRubric, isEmptyRubric, mergedRubric } from './rubric.ts'

const EVALUATIONS_LIMIT = 100
const TARGETS_LIMIT = 100
const FIELDS = [
  'model_name',
  'frequency',
  'language',
  'include_auto_tags',
  'session_types',
  'criteria',
  'tags',
  'data_points',
  'sentiment',
  'notifications',
]
const DEFAULTS: Rubric = {
  model_name: 'gumloop-auto',
  frequency: 'debounced',
  language: 'en',
  include_auto_tags: false,
  session_types: DEFAULT_SESSION_TYPES,
  criteria: [],
  tags: [],
  data_points: [],
  sentiment: {},
  notifications: {},
}

/** Criteria, tags and data points with all their fields, as Gumloop returns them. */
function fullRubric(config: Rubric): Rubric {
  return {
    ...config,
    criteria: objectsField(config, 'criteria').map(entry => ({
      type: 'other',
      priority: 'needs_review',
      enabled: true,
      ...entry,
    })),
    tags: objectsField(config, 'tags').map(entry => ({ description: '', ...entry })),
    data_points: objectsField(config, 'data_points').map(entry => ({
      data_type: 'string',
      description: '',
      ...entry,
    })),
  }
}

/** @throws ApiError 403, 404 */
function findEvaluation(call: Call): OrganizationEvaluationRecord {
  requireAdmin(call, null)
  const id = pathValue(call, 'evaluation_id')
  const found = call.world.state.evaluations.organization.find(entry => entry.id === id)
  if (found === undefined) throw notFound('evaluation', id)
  return found
}

const resultsOf = (call: Call, evaluation: OrganizationEvaluationRecord) =>
  call.world.state.evaluations.results.filter(record => record.evaluationId === evaluation.id)

const targetObjects = ({ targets }: OrganizationEvaluationRecord) =>
  targets.map(({ type, id }) => (id === null ? { type, id: ORGANIZATION.id } : { type, id }))

function evaluationObject(call: Call, evaluation: OrganizationEvaluationRecord) {
  const results = resultsOf(call, evaluation)
  const completed = results.filter(record => statusAt(record, call.nowMs) === 'completed').length
  return {
    id: evaluation.id,
    scope: 'organization',
    agent_id: null,
    organization_id: ORGANIZATION.id,
    name: evaluation.name,
    description: evaluation.description,
    enabled: evaluation.isEnabled,
    targets: targetObjects(evaluation),
    covered_agent_count: coveredAgents(call.world.state, evaluation.targets).length,
    config: fullRubric(evaluation.config),
    run_summary: { total: results.length, completed, failed: 0 },
    creator: personOf(evaluation.creatorId),
    created_at: timestamp(evaluation.createdAtMs),
    updated_at: timestamp(evaluation.updatedAtMs),
  }
}

export function listOrganizationEvaluations(call: Call): ApiResponse {
  requireAdmin(call, textOrNull(call.query, 'organization_id'))
  const page = pageOf(call.world.state.evaluations.organization, 'evaluations', call.query, entry => entry.id)
  return ok({
    evaluations: page.entries.map(entry => evaluationObject(call, entry)),
    next_cursor: page.nextCursor,
  })
}

/** @throws ApiError 409 */
function nameIn(call: Call, own: OrganizationEvaluationRecord | null): string {
  const name = textOrNull(call.body, 'name')
  if (name === null) throw badRequest('name must not be blank.', 'name')
  const isTaken = call.world.state.evaluations.organization.some(
    entry => entry !== own && entry.name === name,
  )
  if (isTaken)
    throw new ApiError(409, 'organization_evaluation_name_taken', `There is an evaluation "${name}" already.`)
  return name
}

const noTargets = () =>
  new ApiError(400, 'organization_evaluation_no_targets', 'Set targets before you enable the evaluation.')

/** It starts disabled and without targets. @throws ApiError 400, 409 */
export function createOrganizationEvaluation(call: Call): ApiResponse {
  const { body, nowMs, world } = call
  requireAdmin(call, textOrNull(body, 'organization_id'))
  if (body.enabled === true) throw noTargets()
  const stored = world.state.evaluations.organization
  if (stored.length >= EVALUATIONS_LIMIT)
    throw badRequest(`At most ${EVALUATIONS_LIMIT} evaluations are allowed.`)
  const config = objectField(body, 'config')
  checkRubric(config, 'config.')
  const evaluation: OrganizationEvaluationRecord = {
    id: nextId(world.state, 'evl_'),
    name: nameIn(call, null),
    description: textOrNull(body, 'description'),
    isEnabled: false,
    targets: [],
    config: mergedRubric(DEFAULTS, config, FIELDS),
    creatorId: call.userId,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
  stored.push(evaluation)
  return created({ evaluation: evaluationObject(call, evaluation) })
}

export function getOrganizationEvaluation(call: Call): ApiResponse {
  return ok({ evaluation: evaluationObject(call, findEvaluation(call)) })
}

export function updateOrganizationEvaluation(call: Call): ApiResponse {
  const { body } = call
  const evaluation = findEvaluation(call)
  const config = objectField(body, 'config')
  checkRubric(config, 'config.')
  const merged = mergedRubric(evaluation.config, config, FIELDS)
  if (body.enabled === true && evaluation.targets.length === 0) throw noTargets()
  if (body.enabled === true && isEmptyRubric(merged)) {
    throw new ApiError(400, 'organization_evaluation_empty_rubric', 'The rubric grades nothing.')
  }
  if (isSent(body, 'name')) evaluation.name = nameIn(call, evaluation)
  if (isSent(body, 'description')) evaluation.description = textOrNull(body, 'description')
  if (isSent(body, 'enabled')) evaluation.isEnabled = body.enabled === true
  evaluation.config = merged
  evaluation.updatedAtMs = call.nowMs
  return ok({ evaluation: evaluationObject(call, evaluation) })
}

/** Its results stay with their sessions. */
export function deleteOrganizationEvaluation(call: Call): ApiResponse {
  const evaluation = findEvaluation(call)
  const { evaluations } = call.world.state
  evaluations.organization = evaluations.organization.filter(entry => entry !== evaluation)
  return { status: 204 }
}

/** Replaces all targets; without one the evaluation pauses. @throws ApiError 404 */
export function setOrganizationEvaluationTargets(call: Call): ApiResponse {
  const { state } = call.world
  const evaluation = findEvaluation(call)
  const targets = objectsField(call.body, 'targets').map(entry => ({
    type: textField(entry, 'type') ?? '',
    id: entry.type === 'organization' ? null : textOrNull(entry, 'id'),
  }))
  if (targets.length > TARGETS_LIMIT)
    throw badRequest(`At most ${TARGETS_LIMIT} targets are allowed.`, 'targets')
  const isKnown = ({ type, id }: { type: string; id: string | null }) =>
    type === 'organization' ||
    (type === 'team' && TEAMS.some(team => team.id === id)) ||
    (type === 'agent' && state.agents.some(agent => agent.id === id && agent.isActive)) ||
    (type === 'user' && id !== null)
  const unknown = targets.find(target => !isKnown(target))
  if (unknown !== undefined) {
    const message = `The organization has no ${unknown.type} "${unknown.id}".`
    throw new ApiError(404, 'organization_evaluation_target_not_in_organization', message)
  }
  evaluation.targets = targets
  if (targets.length === 0) evaluation.isEnabled = false
  return ok({
    targets: targetObjects(evaluation),
    covered_agent_count: coveredAgents(state, targets).length,
    enabled: evaluation.isEnabled,
  })
}

/** @throws ApiError 400 without targets or rubric, and without a session that can be graded; 409 */
export function runOrganizationEvaluation(call: Call): ApiResponse {
  const evaluation = findEvaluation(call)
  if (isEmptyRubric(evaluation.config) || evaluation.targets.length === 0)
    throw new ApiError(
      400,
      'organization_evaluation_not_runnable',
      'It has no targets, or its rubric is empty.',
    )
  const covered = coveredAgents(call.world.state, evaluation.targets)
  const plan = planRun(call, textsField(call.body, 'session_ids'), evaluation.id, covered)
  if (plan.sessions.length === 0) {
    if (plan.skipped.some(entry => entry.reason === 'in_flight'))
      throw new ApiError(
        409,
        'organization_evaluation_run_in_flight',
        'These sessions are being graded already.',
      )
    throw new ApiError(
      400,
      'organization_evaluation_no_eligible_chats',
      'None of the sessions can be graded.',
    )
  }
  return runPlan(call, plan, evaluation.id)
}

function resultObject(call: Call, record: EvaluationResultRecord) {
  return { ...gradedResult(call, record), evaluation_id: record.evaluationId }
}

/** The latest result of each session, unfinished ones included. */
export function listOrganizationEvaluationResults(call: Call): ApiResponse {
  const evaluation = findEvaluation(call)
  const latest = new Map(resultsOf(call, evaluation).map(record => [record.sessionId, record]))
  const rows = [...latest.values()]
    .filter(record => isInRange(call, record))
    .reverse()
    .map(record => resultObject(call, record))
    .filter(row => matchesFilters(call, row))
  const page = pageOf(rows, `results of ${evaluation.id}`, call.query, row => row.id)
  return ok({ results: page.entries, next_cursor: page.nextCursor })
}

export function getOrganizationEvaluationResult(call: Call): ApiResponse {
  const evaluation = findEvaluation(call)
  const id = pathValue(call, 'result_id')
  const record = resultsOf(call, evaluation).find(entry => entry.id === id)
  if (record === undefined) throw new ApiError(404, 'result_not_found', `There is no result "${id}".`)
  return ok({ result: resultObject(call, record) })
}

export function getOrganizationEvaluationMetrics(call: Call): ApiResponse {
  const evaluation = findEvaluation(call)
  return ok(
    metricsOf(
      call,
      resultsOf(call, evaluation).map(record => resultObject(call, record)),
    ),
  )
}
