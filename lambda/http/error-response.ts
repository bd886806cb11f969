/** Every refusal of the HTTP surface: fixed bytes per reason, JSON-RPC shaped, so that an answer tells no more than its reason. */
import type { HttpResponse } from '../shared/http-message.ts'

export type RpcErrorReason =
  | 'not_found'
  | 'unknown_path_token'
  | 'unknown_header_token'
  | 'method_not_allowed'
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'body_too_large'
  | 'bad_message'
  | 'not_http'
  | 'too_slow'
  | 'headers_too_large'
  | 'expectation_unknown'
  | 'internal'

interface ErrorResponse {
  status: number
  code: number
  message: string
  headers?: Record<string, string>
}

/** -32001: no such thing for this caller; -32000: refused by the transport; -32603: our error (JSON-RPC, MCP). */
const REFUSALS: Record<RpcErrorReason, ErrorResponse> = {
  not_found: { status: 404, code: -32001, message: 'Not found.' },
  unknown_path_token: { status: 404, code: -32001, message: 'Not found.' },
  unknown_header_token: {
    status: 401,
    code: -32001,
    message: 'A valid connector token is required.',
    headers: { 'www-authenticate': 'Bearer' },
  },
  method_not_allowed: {
    status: 405,
    code: -32000,
    message: 'Method not allowed: this endpoint answers POST, and keeps no sessions or streams.',
    headers: { allow: 'POST' },
  },
  host_not_allowed: { status: 403, code: -32000, message: 'This Host is not served here.' },
  origin_not_allowed: { status: 403, code: -32000, message: 'This Origin may not call.' },
  body_too_large: { status: 413, code: -32000, message: 'The body is larger than 5 MB.' },
  bad_message: { status: 400, code: -32600, message: 'Invalid request.' },
  not_http: { status: 400, code: -32700, message: 'This is not a valid HTTP request.' },
  too_slow: { status: 408, code: -32000, message: 'The request took too long to arrive.' },
  headers_too_large: { status: 431, code: -32000, message: 'The headers are larger than 16 KB.' },
  expectation_unknown: { status: 417, code: -32000, message: 'Only 100-continue can be expected.' },
  internal: { status: 500, code: -32603, message: 'An internal error occurred. It was logged; try again.' },
}

/** The response for a refusal; `as` gives status, code and words for `bad_message`. */
export function errorResponse(
  reason: RpcErrorReason,
  as?: { status: number; code: number; reason: string },
): HttpResponse & { body: string } {
  const fixed = REFUSALS[reason]
  const error = { code: as?.code ?? fixed.code, message: as?.reason ?? fixed.message }
  return {
    status: as?.status ?? fixed.status,
    headers: { 'content-type': 'application/json', ...fixed.headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: null, error }),
  }
}
