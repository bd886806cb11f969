/** Body bytes → one JSON value, or an error for what cannot be a JSON-RPC message. Pure. */

import { isUtf8 } from 'node:buffer'
import { findExcess } from '../shared/json-excess.ts'
import { parseJson } from '../shared/parse-json.ts'

export type ReadMessage =
  | { ok: true; message: unknown }
  | { ok: false; status: number; code: number; reason: string }

/** JSON-RPC's own codes: -32700 for invalid JSON, -32600 for anything but a single message. */
export function readMessage(body: Buffer): ReadMessage {
  if (body.length === 0) return invalid(-32700, 'The body is empty: send one JSON-RPC message.')
  if (!isUtf8(body)) return invalid(-32700, 'The body is not UTF-8.')
  const marked = body.toString('utf8')
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked
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
