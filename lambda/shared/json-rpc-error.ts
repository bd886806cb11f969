/** The one writer of JSON-RPC error responses (JSON-RPC 2.0, part 5). Pure. */
import type { HttpResponse } from './http-message.ts'
import { toJson } from './json-text.ts'
import { withoutTokens } from './redact.ts'

/** @param id of the request; null where it is not known. */
export function jsonRpcErrorResponse(
  status: number,
  error: { code: number; message: string },
  id: string | number | null = null,
): HttpResponse & { body: string } {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    // It may quote a header or a field that was sent.
    body: withoutTokens(toJson({ jsonrpc: '2.0', id, error })),
  }
}
