/**
 * Error responses of the MCP endpoint: fixed JSON-RPC bodies per reason, so that a response reveals nothing but its
 * reason.
 */
import type { HttpResponse } from '../shared/http-message.ts'
import { jsonRpcErrorResponse } from '../shared/json-rpc-error.ts'

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

/** -32001: not found for this caller; -32000: rejected by the transport; -32603: internal error (JSON-RPC, MCP). */
const ERROR_RESPONSES: Record<RpcErrorReason, ErrorResponse> = {
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
    message: 'Method not allowed: use POST. This endpoint is stateless and offers no GET stream.',
    headers: { allow: 'POST' },
  },
  host_not_allowed: {
    status: 403,
    code: -32000,
    message:
      'This host name is not served here. Start the server with --public-url and the address that clients use, such as --public-url https://your-tunnel.example.',
  },
  origin_not_allowed: {
    status: 403,
    code: -32000,
    message:
      'The Origin header is not allowed: pages of other sites may not call this server. Allow it with the setting allowedOrigins, or locally with --public-url.',
  },
  body_too_large: {
    status: 413,
    code: -32000,
    message: 'The request body is larger than 5 MB. Send less at once, or a link to the file.',
  },
  bad_message: { status: 400, code: -32600, message: 'Invalid request.' },
  not_http: { status: 400, code: -32700, message: 'Not a valid HTTP request.' },
  too_slow: { status: 408, code: -32000, message: 'The request took too long to arrive.' },
  headers_too_large: { status: 431, code: -32000, message: 'The request headers are larger than 16 KB.' },
  expectation_unknown: {
    status: 417,
    code: -32000,
    message: 'The only supported expectation is 100-continue.',
  },
  internal: { status: 500, code: -32603, message: 'An internal error occurred. It was logged; try again.' },
}

/** The error response for a reason; `as` sets status, code and message for `bad_message`. */
export function errorResponse(
  reason: RpcErrorReason,
  as?: { status: number; code: number; reason: string },
): HttpResponse & { body: string } {
  const fixed = ERROR_RESPONSES[reason]
  const { status, headers, body } = jsonRpcErrorResponse(as?.status ?? fixed.status, {
    code: as?.code ?? fixed.code,
    message: as?.reason ?? fixed.message,
  })
  return { status, headers: { ...headers, ...fixed.headers }, body, rejection: reason }
}
