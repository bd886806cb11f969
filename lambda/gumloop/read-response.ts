/** Gumloop's answer → its value, or the error it stands for. The one place that knows the four error shapes. Pure. */
import { AppError, type ErrorCode, type ErrorDetails, type ValidationError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { declaredMediaType } from './media-type.ts'
import { readRateLimit } from './rate-limit.ts'
import type { GumloopResponse } from './send.ts'

/** Error texts of Gumloop reach a model: they are cut, and never hold markup. */
const MAX_MESSAGE_CHARACTERS = 500

/** A file that Gumloop answered with instead of JSON. */
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
 * The value of a successful answer: parsed JSON, `{}` for an empty one (204); a `BytesAnswer` where a file was asked for.
 * @param isChange whether the request may change something: decides what an error says about its effect.
 * @throws AppError `upstream_invalid` for a success that is not JSON, else the error that the status stands for.
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
    throw new AppError(
      'upstream_invalid',
      'Gumloop answered with something that is not JSON.',
      details,
      cause,
    )
  }
}

/** The AppError for an answer with an error status. */
export function toGumloopError(response: GumloopResponse, isChange: boolean): AppError {
  const { status } = response
  const told = readErrorBody(response)
  const code = codeOf(status)
  const details: ErrorDetails = { upstreamStatus: status }
  if (told.code !== undefined) details.upstreamCode = told.code
  if (told.param !== undefined)
    details.errors = [{ path: told.param, message: told.message ?? 'is not accepted' }]
  else if (told.rejected !== undefined) details.errors = told.rejected
  if (isChange) details.mayHaveTakenEffect = status >= 500 // a 4xx was refused before anything happened
  const { retryAfterSeconds } = readRateLimit(response.headers)
  if (code === 'rate_limited' || status === 503) {
    if (retryAfterSeconds !== undefined) details.retryAfterSeconds = retryAfterSeconds
  }
  return new AppError(
    code,
    `Gumloop answered ${status}: ${told.message ?? PLAIN_REASON[code] ?? 'no reason given'}`,
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
  not_found: 'no such thing',
  conflict: 'it is in another state',
  payload_too_large: 'too large',
  rate_limited: 'too many requests or runs at once',
  upstream_unavailable: 'it has a problem of its own',
  upstream_rejected: 'the request was refused',
  upstream_invalid: 'an unexpected status',
}

interface Told {
  code?: string
  message?: string
  param?: string
  /** Files of an upload that were not taken, by name. */
  rejected?: ValidationError[]
}

/**
 * Shapes (docs/gumloop-api.md, Errors): `{error:{code,message,param}}` of the newer endpoints, `{error:"code",message}`
 * and `{error:"code",…}` of plan gates, `{error,error_description}` of OAuth; older endpoints send text or HTML.
 */
function readErrorBody(response: GumloopResponse): Told {
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
    return { ...told(error.code, error.message, error.param), ...(rejected.length > 0 && { rejected }) }
  }
  if (typeof error === 'string') {
    const tier = isObject(body.metadata) ? body.metadata.minimum_tier : body.minimum_tier
    const fallback = typeof tier === 'string' ? `needs the ${tier} plan (${error})` : error
    return told(error, body.message ?? body.error_description ?? fallback, undefined)
  }
  return told(body.code, body.message ?? body.detail, undefined)
}

function told(code: unknown, message: unknown, param: unknown): Told {
  const out: Told = {}
  if (typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) && code !== 'unspecified') out.code = code
  if (typeof message === 'string' && message.trim() !== '') out.message = clean(message)
  if (typeof param === 'string' && param !== '') out.param = clean(param).slice(0, 100)
  return out
}

/** `[{file_name, error}]` of the Brain's uploads. */
export function rejectedFiles(rejected: unknown): ValidationError[] {
  const entries = Array.isArray(rejected) ? rejected.filter(isObject) : []
  return entries.map(({ file_name, error }) => ({
    path: typeof file_name === 'string' ? clean(file_name).slice(0, 255) : 'a file',
    message: typeof error === 'string' && error !== '' ? clean(error) : 'was not taken',
  }))
}

function plainText(response: GumloopResponse): Told {
  const type = response.headers['content-type'] ?? ''
  const text = response.body.toString('utf8', 0, 2000)
  return type.includes('html') || text.trimStart().startsWith('<') || text.trim() === ''
    ? {}
    : { message: clean(text) }
}

/** One line, no control characters, no markup, bounded. */
function clean(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/<[^>]*>/g, '')
    .trim()
  return line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line
}
