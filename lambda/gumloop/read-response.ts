/** Gumloop's response → its value, or an AppError. The only place that knows the four error shapes. Pure. */
import { AppError, type ErrorCode, type ErrorDetails, type ValidationError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { declaredMediaType } from './media-type.ts'
import { readRateLimit } from './rate-limit.ts'
import type { GumloopResponse } from './send.ts'

/** Gumloop's error texts reach a model: they are truncated, and stripped of markup. */
const MAX_MESSAGE_CHARACTERS = 500

/** A file that Gumloop sent instead of JSON. */
export class BytesAnswer {
  readonly bytes: Buffer
  /** `Content-Type` without its parameters, in lower case; null when there was none. */
  readonly mediaType: string | null
  constructor(bytes: Buffer, mediaType: string | null) {
    this.bytes = bytes
    this.mediaType = mediaType
  }
}

/**
 * The value of a successful response: parsed JSON, `{}` for an empty one (204); a `BytesAnswer` where a file was
 * requested.
 * @param isChange whether the request may change something, which determines what an error says about its effect.
 * @throws AppError `upstream_invalid` for a success that is not JSON, else the error for the status.
 */
export function readResponse(response: GumloopResponse, isChange: boolean, answer?: 'bytes'): unknown {
  const { status, body, headers } = response
  if (status < 200 || status >= 300) throw toGumloopError(response, isChange)
  if (answer === 'bytes') {
    return new BytesAnswer(body, declaredMediaType(headers['content-type']))
  }
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    const details = { upstreamStatus: status, ...(isChange && { mayHaveTakenEffect: true }) }
    throw new AppError('upstream_invalid', "Gumloop's response is not JSON.", details, cause)
  }
}

/** The AppError for a response with an error status. */
export function toGumloopError(response: GumloopResponse, isChange: boolean): AppError {
  const { status } = response
  const reported = readErrorBody(response)
  const code = codeOf(status)
  const details: ErrorDetails = { upstreamStatus: status }
  if (reported.code !== undefined) details.upstreamCode = reported.code
  if (reported.param !== undefined)
    details.errors = [{ path: reported.param, message: reported.message ?? 'is not accepted' }]
  else if (reported.rejected !== undefined) details.errors = reported.rejected
  if (isChange) details.mayHaveTakenEffect = status >= 500 // a 4xx is rejected before anything happens
  const { retryAfterSeconds } = readRateLimit(response.headers)
  if (code === 'rate_limited' || status === 503) {
    if (retryAfterSeconds !== undefined) details.retryAfterSeconds = retryAfterSeconds
  }
  return new AppError(
    code,
    `Gumloop answered ${status}: ${reported.message ?? PLAIN_REASON[code] ?? 'no reason given'}`,
    details,
  )
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'credentials_refused'
    case 402:
      return 'insufficient_credits'
    case 403:
      return 'forbidden'
    case 404:
      return 'not_found'
    case 409:
      return 'conflict'
    case 413:
      return 'payload_too_large'
    case 429:
      return 'rate_limited'
    default:
      return status >= 500 ? 'upstream_unavailable' : status >= 400 ? 'upstream_rejected' : 'upstream_invalid'
  }
}

const PLAIN_REASON: Partial<Record<ErrorCode, string>> = {
  credentials_refused: 'the key is missing or not valid',
  insufficient_credits: 'not enough credits',
  forbidden: 'not permitted for this key, role or plan',
  not_found: 'not found',
  conflict: 'not possible in its current state',
  payload_too_large: 'too large',
  rate_limited: 'too many requests or concurrent runs',
  upstream_unavailable: 'it has an internal problem',
  upstream_rejected: 'the request was rejected',
  upstream_invalid: 'an unexpected status',
}

interface ReportedError {
  code?: string
  message?: string
  param?: string
  /** Files of an upload that were not accepted, by name. */
  rejected?: ValidationError[]
}

/**
 * Shapes (docs/gumloop-api.md, Errors): `{error:{code,message,param}}` of the newer endpoints, `{error:"code",message}`
 * and `{error:"code",…}` of plan gates, `{error,error_description}` of OAuth; older endpoints send text or HTML.
 */
function readErrorBody(response: GumloopResponse): ReportedError {
  let body: unknown
  try {
    body = JSON.parse(response.body.toString('utf8'))
  } catch {
    return plainText(response)
  }
  if (!isObject(body)) return {}
  const { error } = body
  if (isObject(error)) {
    const rejected = rejectedFiles(isObject(error.details) ? error.details.rejected : undefined)
    return {
      ...reportedError(error.code, error.message, error.param),
      ...(rejected.length > 0 && { rejected }),
    }
  }
  if (typeof error === 'string') {
    const tier = isObject(body.metadata) ? body.metadata.minimum_tier : body.minimum_tier
    const fallback = typeof tier === 'string' ? `needs the ${tier} plan (${error})` : error
    return reportedError(error, body.message ?? body.error_description ?? fallback, undefined)
  }
  return reportedError(body.code, body.message ?? body.detail, undefined)
}

function reportedError(code: unknown, message: unknown, param: unknown): ReportedError {
  const out: ReportedError = {}
  if (typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) && code !== 'unspecified') out.code = code
  if (typeof message === 'string' && message.trim() !== '') out.message = clean(message)
  if (typeof param === 'string' && param !== '') out.param = clean(param).slice(0, 100)
  return out
}

/** `[{file_name, error}]` in responses to uploads to the Brain. */
export function rejectedFiles(rejected: unknown): ValidationError[] {
  const entries = Array.isArray(rejected) ? rejected.filter(isObject) : []
  return entries.map(({ file_name, error }) => ({
    path: typeof file_name === 'string' ? clean(file_name).slice(0, 255) : 'a file',
    message: typeof error === 'string' && error !== '' ? clean(error) : 'was not accepted',
  }))
}

function plainText(response: GumloopResponse): ReportedError {
  const type = response.headers['content-type'] ?? ''
  const text = response.body.toString('utf8', 0, 2000)
  return type.includes('html') || text.trimStart().startsWith('<') || text.trim() === ''
    ? {}
    : { message: clean(text) }
}

/** One line without control characters and markup, of bounded length. */
function clean(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/<[^>]*>/g, '')
    .trim()
  return line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line
}
