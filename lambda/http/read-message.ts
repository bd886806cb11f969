/** Body bytes → one JSON value, or an error for what cannot be a JSON-RPC message. Pure. */

import { parseJson } from '../shared/parse-json.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

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
  if (isTooDeep(text)) return invalid(-32600, `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`)
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

/** Counts brackets outside strings: cheap, and without recursion that the input could exhaust. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (isInString) {
      if (character === 92) i++
      else if (character === 34) isInString = false
    } else if (character === 34) isInString = true
    else if (character === 123 || character === 91) {
      if (++depth > MAX_JSON_DEPTH) return true
    } else if (character === 125 || character === 93) depth--
  }
  return false
}
