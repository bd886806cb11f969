/** Reads what matters from Gumloop's flow run record. Pure and lenient: fields may be missing or of another type. */
import { unknownShape } from '../../gumloop/read-response.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull, timeOrNull } from '../../shared/wire-value.ts'
import { phaseOf, type RunPhase } from './run-state.ts'

/** One of them makes a record a flow run. */
const FIELDS = ['state', 'outputs', 'log', 'created_ts', 'finished_ts']

/** @throws AppError `upstream_invalid` for what is no flow run: it would look like one that never ends. */
export function flowRunOf(answer: unknown): Record<string, unknown> {
  if (isObject(answer) && FIELDS.some(name => answer[name] !== undefined)) return answer
  throw unknownShape(answer, 'a flow run', false)
}

export function flowRunPhase(run: Record<string, unknown>): RunPhase {
  return phaseOf('flow_run', textOrNull(run.state), timeOrNull(run.finished_ts) !== null)
}
