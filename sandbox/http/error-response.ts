/** Errors of Gumloop's API, in the two shapes that its generations use (docs/gumloop-api.md, Errors). */

import type { ApiResponse } from './api-response.ts'
import type { ApiGeneration } from './description.ts'

export interface ApiErrorDetails {
  /** The invalid field, such as `messages[3].content`. */
  param?: string
  details?: Record<string, unknown>
  headers?: Record<string, string>
}

/** Thrown by handlers and sent as an error response. The caller sees the message. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly more: ApiErrorDetails
  constructor(status: number, code: string, message: string, more: ApiErrorDetails = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.more = more
  }
}

/** Gumloop's `error.type` for a status. */
export function errorType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'api_error' : 'invalid_request_error'
}

/** An error object on endpoints of the agent generation, a sentence in plain text on legacy ones. */
export function errorResponse(
  { status, code, message, more }: ApiError,
  generation: ApiGeneration,
): ApiResponse {
  if (generation === 'legacy') return { status, text: message, headers: more.headers ?? {} }
  const error = {
    code,
    message,
    type: errorType(status),
    param: more.param ?? null,
    details: more.details ?? null,
  }
  return { status, json: { error }, headers: more.headers ?? {} }
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError(404, 'not_found', `There is no ${what} "${id}".`)
}

export function badRequest(message: string, param?: string): ApiError {
  return new ApiError(400, 'invalid_request', message, param === undefined ? {} : { param })
}
