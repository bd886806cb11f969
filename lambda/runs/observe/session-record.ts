/** Reads Gumloop's session records leniently: fields may be missing or of another type. Pure. */
import { isObject } from '../../shared/json-value.ts'

/** The session inside Gumloop's envelope `{session, queue_position}`; an empty record when there is none. */
export function sessionOf(envelope: unknown): Record<string, unknown> {
  if (!isObject(envelope)) return {}
  return isObject(envelope.session) ? envelope.session : {}
}

export function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
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

function messageText(message: Record<string, unknown>): string | null {
  if (typeof message.content === 'string' && message.content.trim() !== '') return message.content
  const parts = Array.isArray(message.parts) ? message.parts : []
  const texts = parts.flatMap(part => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
  return texts.length > 0 ? texts.join('\n') : null
}
