/** Body bytes → one JSON value, or an error for what cannot be a JSON-RPC message. Pure. */

import { parseJson } from '../shared/parse-json.ts'
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from './limits.ts'

export type ReadMessage =
  | { ok: true; message: unknown }
  | { ok: false; status: number; code: number; reason: string }

/** JSON-RPC's own codes: -32700 for invalid JSON, -32600 for anything but a single message. */
export function readMessage(body: Buffer): ReadMessage {
  if (body.length === 0) return invalid(-32700, 'The body is empty: send one JSON-RPC message.')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return invalid(-32700, 'The body is not UTF-8.')
  }
  const excess = findExcess(text)
  if (excess !== undefined) return invalid(-32600, excess)
  let message: unknown
  try {
    message = parseJson(text)
  } catch {
    return invalid(-32700, 'The body is not JSON.')
  }
  if (Array.isArray(message))
    return invalid(-32600, 'Batches are not supported: send one JSON-RPC message per request.')
  return { ok: true, message }
}

function invalid(code: number, reason: string): ReadMessage {
  return { ok: false, status: 400, code, reason }
}

/**
 * What is too much about the JSON, before it is parsed: nesting or the number of values (commas and brackets outside
 * strings). Cheap, and without recursion that the input could exhaust.
 */
function findExcess(text: string): string | undefined {
  let depth = 0
  let values = 1
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (isInString) {
      if (character === 92) i++
      else if (character === 34) isInString = false
    } else if (character === 34) isInString = true
    else if (character === 44) values++
    else if (character === 123 || character === 91) {
      values++
      if (++depth > MAX_JSON_DEPTH) return `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`
    } else if (character === 125 || character === 93) depth--
    if (values > MAX_JSON_VALUES)
      return `The JSON has more than ${MAX_JSON_VALUES.toLocaleString('en')} values.`
  }
  return undefined
}
