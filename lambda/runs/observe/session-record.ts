/** Reads Gumloop's session records leniently: fields may be missing or of another type. Pure. */
import { unknownShape } from '../../gumloop/read-response.ts'
import { isObject } from '../../shared/json-value.ts'
import { visibleTexts } from '../../shared/visible-text.ts'
import { textOrNull, timeOrNull } from '../../shared/wire-value.ts'
import { phaseOf, type RunPhase } from './run-state.ts'

/**
 * The session inside Gumloop's envelope `{session, queue_position}`, or the answer itself where the envelope is missing;
 * an empty record when there is none.
 */
export function sessionOf(envelope: unknown): Record<string, unknown> {
  if (!isObject(envelope)) return {}
  if (isObject(envelope.session)) return envelope.session
  return FIELDS.some(name => envelope[name] !== undefined) ? envelope : {}
}

/** One of them makes a record a session. */
const FIELDS = ['state', 'messages', 'agent_id']

/**
 * The session of an answer that must have one.
 * @param isChange whether the request may have changed something.
 * @throws AppError `upstream_invalid` for anything else: it would look like a session that never ends.
 */
export function requireSession(envelope: unknown, isChange: boolean): Record<string, unknown> {
  const session = sessionOf(envelope)
  if (Object.keys(session).length > 0) return session
  throw unknownShape(envelope, 'a session', isChange)
}

/** What must stay as it is, since answers repeat it: ids, the names of questions, the options to choose from. */
const REPEATED_IN_ANSWERS = ['action_request_id', 'id', 'name', 'options']

/**
 * What the session asks of a person. The agent writes these texts, and a person decides by them: none may look like a
 * field of its own (line breaks), or like another text (bidirectional marks).
 */
export function pendingApprovals({ pending_approvals: approvals }: Record<string, unknown>): unknown[] {
  return Array.isArray(approvals)
    ? approvals.map(approval => visibleTexts(approval, REPEATED_IN_ANSWERS))
    : []
}

export function sessionPhase(session: Record<string, unknown>): RunPhase {
  return phaseOf('session', textOrNull(session.state), endTimes(session).length > 0)
}

/** Epoch ms under every name that the time of a session's end has. */
export function endTimes({
  finished_at,
  completed_at,
  ended_at,
  finished_ts,
}: Record<string, unknown>): number[] {
  return [finished_at, completed_at, ended_at, finished_ts].flatMap(time => timeOrNull(time) ?? [])
}

/**
 * The agent's last message: the text of the last assistant message that has one. Finished text often sits in `parts`
 * with `content: null` (docs/gumloop-api.md, Sessions).
 */
export function lastAnswer(session: Record<string, unknown>): string | null {
  const messages = Array.isArray(session.messages) ? session.messages : []
  for (const message of messages.toReversed()) {
    if (!isObject(message)) continue
    if (message.role === 'user') return null // the newest turn has no answer yet
    if (message.role !== 'assistant') continue
    const text = messageText(message)
    if (text !== null) return text
  }
  return null
}

/** The text of the first message of a person: what the session was started with. Null: none is shown. */
export function firstInput(session: Record<string, unknown>): string | null {
  const messages = Array.isArray(session.messages) ? session.messages : []
  const first = messages.find(message => isObject(message) && message.role === 'user')
  return isObject(first) ? messageText(first) : null
}

function messageText(message: Record<string, unknown>): string | null {
  if (typeof message.content === 'string' && message.content.trim() !== '') return message.content
  const parts = Array.isArray(message.parts) ? message.parts : []
  const texts = parts.flatMap(part => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
  return texts.length > 0 ? texts.join('\n') : null
}
