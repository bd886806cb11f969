/** Agent runs: Gumloop's envelope as it is, and beside it the id, the state and what to do next (design 4.3). */
import { isObject } from '../../catalog/check-arguments.ts'
import { isSessionOver, type MayCall, sessionNextStep } from '../../runs/run-state.ts'
import { lastAnswer, sessionOf, stringOrNull } from '../../runs/session-record.ts'
import type { Override } from '../tool-call.ts'

/** `session_id`, `state`, `is_over` and `next_step` in front of Gumloop's own envelope. */
export function describeSession(
  envelope: unknown,
  mayCall: MayCall,
  knownId?: string,
): Record<string, unknown> {
  const session = sessionOf(envelope)
  const id = stringOrNull(session.id) ?? knownId ?? null
  const state = stringOrNull(session.state)
  return {
    session_id: id,
    state,
    is_over: isSessionOver(state),
    next_step: sessionNextStep(id ?? 'of this run', state, mayCall),
    ...(isObject(envelope) ? envelope : {}),
  }
}

export const createSession: Override = async ({ tool, args, operation, mayCall }) => {
  const { value } = await operation(tool.name, args)
  return { structured: describeSession(value, mayCall, stringOrNull(args.session_id) ?? undefined) }
}

export const getSession: Override = async ({ tool, args, operation, mayCall }) => {
  const { value } = await operation(tool.name, args)
  const described = describeSession(value, mayCall, stringOrNull(args.session_id) ?? undefined)
  const { session_id, state, is_over, next_step, ...record } = described
  return {
    structured: { session_id, state, is_over, next_step, answer: lastAnswer(sessionOf(value)), ...record },
  }
}
