/** The audit log: what was changed through the API, and by whom. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import type { Operation } from '../http/description.ts'
import { ApiError } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { lettersOf } from '../http/ids.ts'
import { timestamp } from '../http/timestamp.ts'
import type { AuditEventRecord } from '../state/organization-state.ts'
import { requireAdmin } from './organization-admin.ts'

const EVENTS_LIMIT = 1_000
const PAGE_SIZE_DEFAULT = 50
const MAX_RANGE_MS = 366 * 86_400_000

/** Operations that read or ask, although they are no GET. */
const NO_CHANGES = [
  'createChatCompletion',
  'routeModel',
  'createDecision',
  'searchBrain',
  'queryWiki',
  'getMcpServerPrompt',
  'callMcpTools',
]

/** `createAgentTrigger` → `CREATE_AGENT_TRIGGER`. */
const eventType = (operationId: string) => operationId.replace(/([A-Z])/g, '_$1').toUpperCase()

/** Records an operation that has succeeded, unless it changes nothing. */
export function recordEvent(operation: Operation, call: Call): void {
  if (operation.method === 'GET' || NO_CHANGES.includes(operation.id)) return
  const { state } = call.world
  const { organization } = state
  organization.eventsMade += 1
  const entityId =
    Object.values(call.path).at(-1) ??
    textOrNull(call.body, 'group_id') ??
    textOrNull(call.body, 'saved_item_id')
  const event: AuditEventRecord = {
    id: `evt_${lettersOf(`${state.seed}|event|${organization.eventsMade}`, 12)}`,
    atMs: call.nowMs,
    type: eventType(operation.id),
    userId: call.userId,
    entityId,
    workspaceId: textOrNull(call.body, 'workspace_id') ?? textOrNull(call.body, 'team_id'),
    details: `${operation.method} ${operation.path}`,
  }
  organization.auditEvents = [...organization.auditEvents, event].slice(-EVENTS_LIMIT)
}

/** The ends of a range of times. @throws ApiError 400 */
export function timeRange(from: string | null, until: string | null): { fromMs: number; untilMs: number } {
  const [fromMs, untilMs] = [Date.parse(from ?? ''), Date.parse(until ?? '')]
  const isRange = fromMs <= untilMs && untilMs - fromMs <= MAX_RANGE_MS
  if (!isRange)
    throw new ApiError(400, 'invalid_request', 'The times must be ISO 8601, in order, a year apart at most.')
  return { fromMs, untilMs }
}

/** Whether `value` is in a list separated by commas; everything is in a list that was not sent. */
const isListed = (list: string | null, value: string | null) =>
  list === null || list.split(',').some(entry => entry.trim() === value)

/** Latest first, with page numbers from 1. */
export function getOrganizationAuditLogs(call: Call): ApiResponse {
  const { query, world } = call
  requireAdmin(call, textOrNull(query, 'organization_id'))
  const { fromMs, untilMs } = timeRange(textOrNull(query, 'start_time'), textOrNull(query, 'end_time'))
  const matching = world.state.organization.auditEvents
    .filter(
      event =>
        event.atMs >= fromMs &&
        event.atMs <= untilMs &&
        isListed(textOrNull(query, 'event_types'), event.type) &&
        isListed(textOrNull(query, 'user_ids'), event.userId) &&
        isListed(textOrNull(query, 'ip_addresses'), '127.0.0.1') &&
        isListed(textOrNull(query, 'workspace_ids'), event.workspaceId) &&
        isListed(textOrNull(query, 'entity_ids'), event.entityId),
    )
    .reverse()
  const page = typeof query.page === 'number' ? query.page : 1
  const pageSize = typeof query.page_size === 'number' ? query.page_size : PAGE_SIZE_DEFAULT
  const shown = matching.slice((page - 1) * pageSize, page * pageSize)
  return ok({
    audit_logs: shown.map(event => ({
      event_id: event.id,
      timestamp: timestamp(event.atMs),
      event_type: event.type,
      user_id: event.userId,
      details: event.details,
      source_ip: '127.0.0.1',
      user_agent: 'sandbox',
    })),
    total_count: matching.length,
    page,
    page_size: pageSize,
    total_pages: Math.ceil(matching.length / pageSize),
    event_types: [...new Set(matching.map(event => event.type))],
  })
}
