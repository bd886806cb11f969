/** A request that Gumloop would refuse, and how it says so (docs/gumloop-api.md, Errors). */

import type { Answer } from './answer.ts'
import type { Era } from './description.ts'

export interface RefusalDetails {
  /** The field at fault, such as `messages[3].content`. */
  param?: string
  details?: Record<string, unknown>
  headers?: Record<string, string>
}

/** Thrown by any handler; the server turns it into the answer. Its message is shown to the caller. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly more: RefusalDetails
  constructor(status: number, code: string, message: string, more: RefusalDetails = {}) {
    super(message)
    this.name = 'Refusal'
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

/** The answer to a refused request: an error object on agent-era endpoints, a sentence in plain text on legacy ones. */
export function refusalAnswer(refusal: Refusal, era: Era): Answer {
  const { status, code, message, more } = refusal
  if (era === 'legacy') return { status, text: message, headers: more.headers ?? {} }
  const error = {
    code,
    message,
    type: errorType(status),
    param: more.param ?? null,
    details: more.details ?? null,
  }
  return { status, json: { error }, headers: more.headers ?? {} }
}

export function notFound(what: string, id: string): Refusal {
  return new Refusal(404, 'not_found', `There is no ${what} "${id}".`)
}

export function badRequest(message: string, param?: string): Refusal {
  return new Refusal(400, 'invalid_request', message, param === undefined ? {} : { param })
}
