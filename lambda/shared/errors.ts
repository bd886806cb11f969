/**
 * Every error of the product, as a closed set of codes. An `AppError` is complete and free of
 * secrets when it is created: its message may be shown to the caller, and says what to do next.
 * Each audience has one exhaustive mapping: HTTP in `http/admin-error.ts`, models in `tools/tool-error.ts`.
 */
import { cutText } from './cut-text.ts'
import { withoutTokens } from './redact.ts'
export type ErrorCode =
  | 'invalid_arguments' // the caller's input is wrong; `errors` says where
  | 'unknown_tool' // no such tool, or the connector does not allow it
  | 'unauthorized' // no valid token
  | 'not_found' // it does not exist, or the caller may not see it
  | 'conflict' // it already exists, or has changed meanwhile
  | 'account_not_configured' // the account has no Gumloop credentials yet
  | 'credentials_refused' // Gumloop answered 401 to the account's key
  | 'forbidden' // Gumloop's account, plan or role does not allow it
  | 'insufficient_credits' // Gumloop answered 402
  | 'rate_limited' // Gumloop answered 429
  | 'payload_too_large' // over one of our limits or Gumloop's
  | 'upstream_rejected' // Gumloop rejected the request (any other 4xx)
  | 'upstream_unavailable' // Gumloop could not be reached, or answered 5xx
  | 'upstream_timeout' // no response within the deadline
  | 'upstream_invalid' // a response that cannot be parsed
  | 'cancelled' // the client cancelled or disconnected
  | 'internal' // an error of this server

/**
 * One validation error: `path` is dotted (`config.tags[0]`; empty: the whole input), `message` says what is expected.
 */
export interface ValidationError {
  path: string
  message: string
}

export interface ErrorDetails {
  errors?: ValidationError[]
  /** HTTP status of Gumloop's response. */
  upstreamStatus?: number
  /** Gumloop's own error code, such as `session_already_exists`. */
  upstreamCode?: string
  retryAfterSeconds?: number
  /** Of a change: false if it certainly took no effect, true if it may have. Left out for reads. */
  mayHaveTakenEffect?: boolean
  /** What to do next, for a model or an administrator. */
  nextStep?: string
}

export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(withoutTokens(message), cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.details = detailsWithoutTokens(details)
  }
}

/** What somebody sent to the wrong place, or Gumloop sent back, must not be repeated by an error that quotes it. */
function detailsWithoutTokens(details: ErrorDetails): ErrorDetails {
  const { errors, nextStep, upstreamCode } = details
  return {
    ...details,
    ...(nextStep !== undefined && { nextStep: withoutTokens(nextStep) }),
    ...(upstreamCode !== undefined && { upstreamCode: withoutTokens(upstreamCode) }),
    ...(errors !== undefined && {
      errors: errors.map(({ path, message }) => ({
        path: withoutTokens(path),
        message: withoutTokens(message),
      })),
    }),
  }
}

/** Any caught value as an AppError. What is not one becomes `internal`, which reveals nothing of it. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('internal', 'An internal error occurred. It was logged; try again.', {}, error)
}

const MAX_CAUSE_CHARACTERS = 300

/**
 * What lies behind an error: name and message of its cause where an AppError wraps one, else its own; at most 300
 * characters. For our own log only, whose writer redacts secrets: causes come from libraries, and their texts are not
 * for callers.
 */
export function describeCause(error: unknown): string {
  const cause = error instanceof AppError ? (error.cause ?? error) : error
  const text =
    cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause === 'string' ? cause : 'unknown'
  return cutText(text, MAX_CAUSE_CHARACTERS)
}
