/**
 * The only writer of JSON for clients. Its output is valid Unicode, has no character that a client could
 * interpret as a line break, and contains integers beyond 2^53 exactly. Pure.
 */
import { EXACT_MARK } from './exact-integer.ts'

/** `value` as JSON. Like `JSON.stringify`, for values that have a JSON form. */
export function toJson(value: unknown): string {
  return safeJson(JSON.stringify(value))
}

/** Line separators for Python's `splitlines` and for JavaScript before 2019, with which clients read event streams. */
const SEPARATORS = /[\u0085\u2028\u2029]/g
/** `JSON.stringify` escapes only lone surrogates; `\\` is a backslash of the text itself. */
const LONE_SURROGATES = /\\\\|\\ud[89a-f][0-9a-f]{2}/g
const EXACT_INTEGERS = new RegExp(`"${EXACT_MARK}(-?\\d+)"`, 'g')

/**
 * Escapes unsafe characters in the output of `JSON.stringify`. It searches for each before replacing anything, since
 * almost no text contains one.
 */
export function safeJson(text: string): string {
  let safe = text
  if (safe.includes('\u0085') || safe.includes('\u2028') || safe.includes('\u2029'))
    safe = safe.replace(SEPARATORS, escaped)
  if (safe.includes('\\ud'))
    safe = safe.replace(LONE_SURROGATES, found => (found === '\\\\' ? found : '\ufffd'))
  if (safe.includes(EXACT_MARK)) safe = safe.replace(EXACT_INTEGERS, '$1')
  return safe
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
