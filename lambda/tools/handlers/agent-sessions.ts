/** Sessions (runs of agents): Gumloop's envelope, and beside it the id, the state and what to do next. */
import { READ_RUN } from '../../runs/observe/connector-rules.ts'
import { isOverIn, type MayCall, sessionNextStep } from '../../runs/observe/run-state.ts'
import {
  lastAnswer,
  pendingApprovals,
  requireSession,
  sessionOf,
  sessionPhase,
} from '../../runs/observe/session-record.ts'
import { startSession } from '../../runs/start/start-session.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { idOrNull, textOrNull } from '../../shared/wire-value.ts'
import { withOwnFields } from '../own-fields.ts'
import type { ToolHandler } from '../tool-call.ts'
import { startedAndWaited } from './wait-for-runs.ts'

/** The note of a start that turned out to be a repetition. */
export const REPEATED_NOTE =
  'The same call was made before: this is its run, and nothing new was started. A different idempotency_key starts a new run.'

/** `session_id`, `state`, `is_over` and `next_step` in front of Gumloop's own envelope. */
export function describeSession(
  envelope: unknown,
  mayCall: MayCall,
  knownId?: string,
): Record<string, unknown> {
  const session = sessionOf(envelope)
  const id = idOrNull(session.id) ?? knownId ?? null
  const phase = sessionPhase(session)
  const own = {
    session_id: id,
    state: textOrNull(session.state),
    is_over: isOverIn(phase),
    next_step: sessionNextStep(id ?? 'of this run', phase, mayCall),
  }
  const shown =
    session.pending_approvals === undefined
      ? session
      : { ...session, pending_approvals: pendingApprovals(session) }
  const isBare = session === envelope
  return withOwnFields(
    own,
    isBare ? { session: shown } : isObject(envelope) ? { ...envelope, session: shown } : {},
  )
}

/** Starts a run, at most once for one call however often it is repeated; waits for it if the call says so. */
export const createSession: ToolHandler = async call => {
  const { args, mayCall, runs } = call
  const { wait_seconds: _, ...wanted } = args
  const { envelope, sessionId, isRepeated } = await startSession(wanted, runs.starting)
  const started = {
    ...describeSession(envelope, mayCall, sessionId),
    ...(isRepeated && { repeated: true, note: REPEATED_NOTE }),
  }
  const isIdle = sessionPhase(sessionOf(envelope)) === 'idle'
  if (isIdle) return { structured: started }
  return startedAndWaited(call, { kind: 'session', id: sessionId }, started)
}

/** Sends a message to a session, or stops it: what was observed before no longer counts. */
export const changeSession: ToolHandler = async call => {
  const { tool, args, operation, mayCall, runs } = call
  const sessionId = String(args.session_id)
  try {
    const { value, isEmpty } = await operation(tool.name, args)
    await runs.invalidate(sessionId)
    const hasOtherRecord = isObject(value) && Array.isArray(value.results)
    if (!isEmpty && !hasOtherRecord) requireSession(value, true)
    const changed = describeSession(value, mayCall, sessionId)
    return await startedAndWaited(call, { kind: 'session', id: sessionId }, changed)
  } catch (error) {
    if (error instanceof AppError && error.details.mayHaveTakenEffect === true)
      await runs.invalidate(sessionId)
    throw error
  }
}

export const getSession: ToolHandler = async ({ args, operation, mayCall }) => {
  const { value } = await operation(READ_RUN.session, args)
  const session = requireSession(value, false)
  const described = describeSession(value, mayCall, textOrNull(args.session_id) ?? undefined)
  const { session_id, state, is_over, next_step, ...record } = described
  return {
    structured: withOwnFields({ session_id, state, is_over, next_step, answer: lastAnswer(session) }, record),
  }
}
