/** Grades sessions: deterministic for a session and a rubric, a few seconds after the request. */
import type { Call } from '../http/call.ts'
import { objectsField, textField } from '../http/fields.ts'
import { fractionOf, nextId } from '../http/ids.ts'
import { stateAt } from '../sessions/session-timeline.ts'
import type { EvaluationResultRecord, Rubric } from '../state/evaluation-state.ts'
import type { AgentRecord, SessionRecord } from '../state/state.ts'

/** At speed 1. */
const WORK_MS = 3_000
const QUEUED_SHARE = 0.2
const RESULTS_LIMIT = 2_000
/** The share of criteria that a session which ended well fulfills. */
const FULFILLED = 0.8

export type ResultStatus = 'queued' | 'in_progress' | 'completed'

export function statusAt({ createdAtMs, workMs }: EvaluationResultRecord, nowMs: number): ResultStatus {
  if (nowMs < createdAtMs + workMs * QUEUED_SHARE) return 'queued'
  return nowMs < createdAtMs + workMs ? 'in_progress' : 'completed'
}

const textOf = (session: SessionRecord) =>
  session.turns
    .map(turn => turn.input)
    .join('\n')
    .toLowerCase()

function criterionResults(rubric: Rubric, session: SessionRecord, isSuccess: boolean) {
  return objectsField(rubric, 'criteria').map(criterion => {
    const isFulfilled = isSuccess && fractionOf(`${session.id}|${String(criterion.name)}`) < FULFILLED
    return {
      id: String(criterion.id),
      name: String(criterion.name),
      type: textField(criterion, 'type') ?? 'other',
      priority: textField(criterion, 'priority') ?? 'needs_review',
      result: isFulfilled ? 'success' : 'failure',
      rationale: isFulfilled ? 'Nothing speaks against it.' : 'The session does not fulfill this.',
    }
  })
}

function gradeOf(results: { priority: string; result: string }[], isSuccess: boolean): string {
  const failed = results.filter(entry => entry.result === 'failure')
  if (!isSuccess || failed.some(entry => entry.priority === 'needs_attention')) return 'needs_attention'
  return failed.length > 0 ? 'needs_review' : 'pass'
}

const SAMPLE_VALUES: Readonly<Record<string, unknown>> = {
  string: 'sandbox',
  boolean: true,
  integer: 1,
  number: 1.5,
}

/** What was found. Everything is empty until the grading has ended. */
export function outcomeOf(
  rubric: Rubric,
  record: EvaluationResultRecord,
  session: SessionRecord | undefined,
  nowMs: number,
) {
  const status = statusAt(record, nowMs)
  if (status !== 'completed' || session === undefined) {
    return {
      status,
      grade: null,
      call_successful: 'unknown',
      sentiment: null,
      summary: null,
      criteria_results: [],
      data_results: [],
      applied_tags: [],
    }
  }
  const isSuccess = stateAt(session, nowMs) === 'completed'
  const criteria = criterionResults(rubric, session, isSuccess)
  const text = textOf(session)
  return {
    status,
    grade: gradeOf(criteria, isSuccess),
    call_successful: isSuccess ? 'success' : 'failure',
    sentiment: isSuccess ? 'positive' : 'negative',
    summary: isSuccess ? 'The agent did what was asked.' : 'The run failed.',
    criteria_results: criteria,
    data_results: objectsField(rubric, 'data_points').map(point => ({
      id: String(point.id),
      name: String(point.name),
      data_type: textField(point, 'data_type') ?? 'string',
      value: SAMPLE_VALUES[textField(point, 'data_type') ?? 'string'] ?? null,
    })),
    applied_tags: objectsField(rubric, 'tags')
      .map(tag => String(tag.name))
      .filter(name => text.includes(name.toLowerCase())),
  }
}

export interface RunPlan {
  sessions: SessionRecord[]
  skipped: { session_id: string; reason: 'ineligible' | 'in_flight'; result_id: string | null }[]
}

/** Which of the named sessions are graded: ended ones of the covered agents that are not being graded already. */
export function planRun(
  call: Call,
  ids: string[],
  evaluationId: string | null,
  covered: AgentRecord[],
): RunPlan {
  const { state } = call.world
  const plan: RunPlan = { sessions: [], skipped: [] }
  for (const id of new Set(ids)) {
    const session = state.sessions.find(entry => entry.id === id)
    const inFlight = state.evaluations.results.find(
      result =>
        result.sessionId === id &&
        result.evaluationId === evaluationId &&
        statusAt(result, call.nowMs) !== 'completed',
    )
    const hasEnded = session !== undefined && ['completed', 'failed'].includes(stateAt(session, call.nowMs))
    const isCovered = covered.some(agent => agent.id === session?.agentId)
    if (session === undefined || !hasEnded || !isCovered || session.isIncognito)
      plan.skipped.push({ session_id: id, reason: 'ineligible', result_id: null })
    else if (inFlight !== undefined)
      plan.skipped.push({ session_id: id, reason: 'in_flight', result_id: inFlight.id })
    else plan.sessions.push(session)
  }
  return plan
}

/** Queues the planned sessions, one credit each; a dry run only says what it would cost. */
export function runPlan(call: Call, plan: RunPlan, evaluationId: string | null) {
  const { evaluations } = call.world.state
  const isDryRun = call.body.dry_run === true
  const results = plan.sessions.map(session => {
    if (isDryRun) return { id: null, session_id: session.id, status: 'planned' }
    const record: EvaluationResultRecord = {
      id: nextId(call.world.state, 'evr_'),
      evaluationId,
      sessionId: session.id,
      agentId: session.agentId,
      createdAtMs: call.nowMs,
      workMs: Math.round(WORK_MS / call.world.speed),
    }
    evaluations.results = [...evaluations.results, record].slice(-RESULTS_LIMIT)
    return { id: record.id, session_id: session.id, status: 'queued' }
  })
  return {
    status: isDryRun ? 200 : 202,
    json: { dry_run: isDryRun, credit_cost: results.length, results, skipped: plan.skipped },
  }
}
