/**
 * The connector's rules for the operations that our own code uses on the way to an answer: a handler, a wait, a start,
 * a task, a resource, a completion. An operation that the connector may not use is refused (`boundToRules`); runs are
 * observed for every connector alike (`observing`), and what a connector may not read is taken out before it is shown
 * (`visibleDetails`, `visibleSession`). Pure.
 */
import type { RunKind } from '../../catalog/tool.ts'
import type { Operation } from '../../gumloop/operation.ts'
import { AppError } from '../../shared/errors.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { NO_DETAILS, type RunDetails } from './run-snapshot.ts'
import type { MayCall } from './run-state.ts'
import { sessionOf } from './session-record.ts'

/** The operations that read a run. */
export const READ_RUN: Record<RunKind, string> = {
  session: 'get_single_gumloop_session_by_id',
  flow_run: 'get_single_gumloop_flow_run_by_id',
}
export const LIST_ARTIFACTS = 'list_all_gumloop_artifacts'

const OBSERVING: readonly string[] = [...Object.values(READ_RUN), LIST_ARTIFACTS]

/**
 * Tools that show what an operation reads, and exist for nothing else: permission for one of them is permission for
 * the operation.
 */
const COVERED_BY: Readonly<Record<string, readonly string[]>> = {
  get_single_gumloop_session_by_id: ['wait_for_gumloop_session'],
  get_single_gumloop_flow_run_by_id: ['wait_for_gumloop_flow_run'],
  get_single_gumloop_artifact_by_id: ['read_gumloop_artifact'],
}

/** True when a connector may learn what this operation answers. */
export function mayUse(operationName: string, mayCall: MayCall): boolean {
  return [operationName, ...(COVERED_BY[operationName] ?? [])].some(mayCall)
}

/** `operation` within the connector's rules. @throws AppError `unknown_tool` before anything is sent. */
export function boundToRules(operation: Operation, mayCall: MayCall): Operation {
  return async (name, args, extraBody) => {
    if (!mayUse(name, mayCall)) {
      throw new AppError('unknown_tool', `This connector does not allow ${name}, which this call needs.`, {
        mayHaveTakenEffect: false,
        nextStep: 'Tell the person that the administrator can allow it.',
      })
    }
    return operation(name, args, extraBody)
  }
}

/**
 * `operation` for observing runs, whatever the connector's rules are, and for nothing else: what it answers is recorded
 * for all connectors of the account, and passes `visibleDetails` or `visibleSession` before a caller sees it.
 */
export function observing(operation: Operation): Operation {
  return async (name, args) => {
    if (!OBSERVING.includes(name)) throw new Error(`${name} does not observe a run`)
    return operation(name, args)
  }
}

/** What the connector may know of a run beside its id and state; `shortened` says what was left out. */
export function visibleDetails(kind: RunKind, details: RunDetails, mayCall: MayCall): RunDetails {
  if (!mayUse(READ_RUN[kind], mayCall)) {
    const shortened = [`everything but the state: this connector does not allow ${READ_RUN[kind]}`]
    return { ...NO_DETAILS, shortened }
  }
  if (kind === 'flow_run' || mayUse(LIST_ARTIFACTS, mayCall)) return details
  const shortened = (details.shortened ?? []).filter(note => !note.startsWith('artifacts:'))
  const note = `artifacts: this connector does not allow ${LIST_ARTIFACTS}`
  return { ...details, artifacts: null, shortened: [...shortened, note] }
}

/** Gumloop's `{session, queue_position}`, or only id and state of the session. */
export function visibleSession(envelope: unknown, mayCall: MayCall): unknown {
  if (mayUse(READ_RUN.session, mayCall)) return envelope
  const { id, state } = sessionOf(envelope)
  return { session: { id: textOrNull(id), state: textOrNull(state) } }
}
