/** Filters and totals over the results of evaluations. */
import type { Call } from '../http/call.ts'
import { textOrNull } from '../http/fields.ts'
import type { EvaluationResultRecord } from '../state/evaluation-state.ts'

const DAYS_DEFAULT = 30
const DAY_MS = 86_400_000

/** `created_after` counts, `created_before` does not. */
export function isInRange({ query }: Call, { createdAtMs }: EvaluationResultRecord): boolean {
  const after = Date.parse(textOrNull(query, 'created_after') ?? '')
  const before = Date.parse(textOrNull(query, 'created_before') ?? '')
  return !(createdAtMs < after) && !(createdAtMs >= before)
}

export function matchesFilters(
  { query }: Call,
  row: { grade: string | null; status: string; session_id: string; agent_id: string },
): boolean {
  return (
    (query.grade === undefined || row.grade === query.grade) &&
    (query.status === undefined || row.status === query.status) &&
    (query.session_id === undefined || row.session_id === query.session_id) &&
    (query.agent_id === undefined || row.agent_id === query.agent_id)
  )
}

/** Finished results of the last `days` by grade. */
export function metricsOf({ query, nowMs }: Call, rows: { grade: string | null; created_at: string }[]) {
  const days = typeof query.days === 'number' ? query.days : DAYS_DEFAULT
  const recent = rows.filter(row => Date.parse(row.created_at) >= nowMs - days * DAY_MS)
  const count = (grade: string) => recent.filter(row => row.grade === grade).length
  return {
    days,
    grades: {
      pass: count('pass'),
      needs_review: count('needs_review'),
      needs_attention: count('needs_attention'),
    },
  }
}
