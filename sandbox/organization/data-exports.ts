/** Exports of the organization's data as CSV, which take a few seconds. */
import { toCsv } from '../content/csv.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { textField, textOrNull, textsField } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { timestamp } from '../http/timestamp.ts'
import { FLOWS } from '../seed/seed-flows.ts'
import { stateAt } from '../sessions/session-timeline.ts'
import { usageAt } from '../sessions/session-view.ts'
import type { ExportRecord } from '../state/organization-state.ts'
import { timeRange } from './audit-log.ts'
import { requireAdmin } from './organization-admin.ts'

/** At speed 1. */
const WORK_MS = 3_000
const EXPORTS_LIMIT = 100
const ROWS_LIMIT = 10_000
const FIELDS_LIMIT = 100

type Row = Record<string, string | number | null>

/** The records of the range; `created_ts` says when each began. */
function rowsOf(call: Call, { dataType, fromMs, untilMs }: ExportRecord): Row[] {
  const { state } = call.world
  const agentRows = () =>
    state.agents.map(agent => ({
      agent_id: agent.id,
      name: agent.name,
      team_id: agent.teamId,
      created_ts: timestamp(agent.createdAtMs),
    }))
  const sessionRows = () =>
    state.sessions.flatMap(session => {
      const agent = state.agents.find(entry => entry.id === session.agentId)
      if (agent === undefined || session.createdAtMs < fromMs || session.createdAtMs > untilMs) return []
      return [
        {
          interaction_id: session.id,
          agent_id: agent.id,
          user_id: session.creatorId,
          state: stateAt(session, call.nowMs),
          credit_cost: usageAt(session, agent, call.nowMs).credit_cost,
          category: 'AGENT_RUN',
          created_ts: timestamp(session.createdAtMs),
        },
      ]
    })
  if (dataType === 'agents') return agentRows()
  if (dataType === 'workflows')
    return FLOWS.map(flow => ({ saved_item_id: flow.id, name: flow.name, created_ts: flow.createdAt }))
  if (dataType === 'agent_interactions' || dataType === 'credit_logs') return sessionRows()
  return []
}

function csvOf(call: Call, record: ExportRecord): string {
  const rows = rowsOf(call, record).slice(0, ROWS_LIMIT)
  return toCsv([record.fields, ...rows.map(row => record.fields.map(field => String(row[field] ?? '')))])
}

/** @throws ApiError 400 for a type that needs a scope without one, 403 */
export function exportData(call: Call): ApiResponse {
  const { body, nowMs, world } = call
  requireAdmin(call, null)
  const dataType = textField(body, 'data_type') ?? 'credit_logs'
  const fields = textsField(body, 'export_fields')
  const isScoped =
    body.export_level === 'organization' ||
    ['include_all_workspaces', 'include_personal_workspaces'].some(name => body[name] === true) ||
    ['workspace_ids', 'entity_ids'].some(name => textsField(body, name).length > 0)
  if (dataType !== 'credit_logs' && !isScoped)
    throw new ApiError(400, 'invalid_request', 'Name workspaces or entities, or include all workspaces.')
  if (fields.length === 0 || fields.length > FIELDS_LIMIT)
    throw new ApiError(400, 'invalid_request', `export_fields must have 1 to ${FIELDS_LIMIT} entries.`)
  const record: ExportRecord = {
    id: nextId(world.state, 'exp_'),
    dataType,
    fields,
    createdAtMs: nowMs,
    workMs: Math.round(WORK_MS / world.speed),
    ...timeRange(textOrNull(body, 'start_date'), textOrNull(body, 'end_date')),
  }
  const { organization } = world.state
  organization.exports = [...organization.exports, record].slice(-EXPORTS_LIMIT)
  return ok({
    success: true,
    data_export_id: record.id,
    state: 'REQUESTED',
    created_ts: timestamp(record.createdAtMs),
  })
}

/** The state, or the CSV itself with `download=true` once it is complete. */
export function exportStatus(call: Call): ApiResponse {
  requireAdmin(call, null)
  const id = textOrNull(call.query, 'data_export_id')
  const record = call.world.state.organization.exports.find(entry => entry.id === id)
  if (record === undefined) throw new ApiError(404, 'not_found', `Export ${id} not found.`)
  const finishedAtMs = record.createdAtMs + record.workMs
  const isComplete = call.nowMs >= finishedAtMs
  if (isComplete && call.query.download === true)
    return { status: 200, text: csvOf(call, record), contentType: 'text/csv; charset=utf-8' }
  return ok({
    data_export_id: record.id,
    state: isComplete ? 'COMPLETED' : call.nowMs > record.createdAtMs ? 'IN_PROGRESS' : 'REQUESTED',
    created_ts: timestamp(record.createdAtMs),
    ...(isComplete ? { finished_ts: timestamp(finishedAtMs) } : {}),
  })
}
