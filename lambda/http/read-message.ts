/** Body bytes → one JSON value, or an error for what cannot be a JSON-RPC message. Pure. */

import { findExcess } from '../shared/json-excess.ts'
import { parseJson } from '../shared/parse-json.ts'
import { utf8Text } from '../shared/utf8-text.ts'

export type ReadMessage =
  | { ok: true; message: unknown }
  | { ok: false; status: number; code: number; reason: string }

/** JSON-RPC's own codes: -32700 for invalid JSON, -32600 for anything but a single message. */
export function readMessage(body: Buffer): ReadMessage {
  if (body.length === 0) return invalid(-32700, 'The body is empty: send one JSON-RPC message.')
  const text = utf8Text(body)
  if (text === undefined) return invalid(-32700, 'The body is not UTF-8.')
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
