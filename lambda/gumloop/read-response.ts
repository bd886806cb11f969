/** Gumloop's response → its value, or an AppError. Pure but for decompressing. */
import { cutText } from '../shared/cut-text.ts'
import { AppError, type ErrorCode, type ErrorDetails } from '../shared/errors.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { parseJson } from '../shared/parse-json.ts'
import { decodeBody } from './decode-text.ts'
import { errorInAnswer, type ReportedError, reportedError, reportedInText } from './error-body.ts'
import { declaredCharset, declaredMediaType } from './media-type.ts'
import { readRateLimit, waitSeconds } from './rate-limit.ts'
import type { GumloopResponse } from './send.ts'

/** Deeper JSON is refused: what reads it later recurses. */
const MAX_DEPTH = 200

/** A file that Gumloop sent instead of JSON. */
export class BytesAnswer {
  readonly bytes: Buffer
  /** `Content-Type` without its parameters, in lower case; null when there was none. */
  readonly mediaType: string | null
  /** The charset of the `Content-Type`; null when there was none. */
  readonly charset: string | null
  constructor(bytes: Buffer, contentType: string | undefined) {
    this.bytes = bytes
    this.mediaType = declaredMediaType(contentType)
    this.charset = declaredCharset(contentType)
  }
}

/** What is known of an operation when its answer is read. */
export interface ExpectedAnswer {
  /** Whether the request may change something, which determines what an error says about its effect. */
  isChange: boolean
  /** A file was requested. */
  answer?: 'bytes'
  /** The requested file is JSON itself, so that what looks like an error may be its content. */
  isJsonFile?: boolean
  /** Fields of the record that a success holds: beside one of them, an `error` is a part of the record. */
  documented: readonly string[]
}

/**
 * The value of a successful response: parsed JSON, `{}` for an empty one (204); a `BytesAnswer` where a file was
 * requested.
 * @throws AppError `upstream_invalid` for a success that is not JSON, else the error for the status, also for a success
 *   that holds an error.
 */
export function readResponse(response: GumloopResponse, expected: ExpectedAnswer): unknown {
  const { status, body, headers } = response
  if (status < 200 || status >= 300) throw toGumloopError(response, expected.isChange)
  if (expected.answer === 'bytes') return bytesOf(response, expected)
  const text = decodeBody(body, headers['content-type'])
  if (text.trim() === '') return {}
  const value = parsed(text, response, expected)
  const error = errorInAnswer(value, expected.documented)
  if (error) throw errorOf(error, response, expected.isChange)
  return value
}

/** A file; an error in JSON is none, unless JSON was asked for. */
function bytesOf(
  response: GumloopResponse,
  { isChange, documented, isJsonFile }: ExpectedAnswer,
): BytesAnswer {
  const answer = new BytesAnswer(response.body, response.headers['content-type'])
  if (isJsonFile || answer.mediaType === null || !/[/+]json$/.test(answer.mediaType)) return answer
  const error = errorInAnswer(jsonOf(response), documented)
  if (error) throw errorOf(error, response, isChange)
  return answer
}

function parsed(text: string, { status }: GumloopResponse, { isChange }: ExpectedAnswer): unknown {
  const details = { upstreamStatus: status, ...(isChange && { mayHaveTakenEffect: true }) }
  let value: unknown
  try {
    value = parseJson(text)
  } catch (cause) {
    const said = reportedInText(text.slice(0, 2000), null).message
    const words = said === undefined ? '' : ` It says: ${said}`
    throw new AppError('upstream_invalid', `Gumloop's response is not JSON.${words}`, details, cause)
  }
  if (isDeeper(value, MAX_DEPTH))
    throw new AppError('upstream_invalid', "Gumloop's response is nested too deep.", details)
  return value
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some(item => isDeeper(item, levels - 1))
}

/** The AppError for a response with an error status. */
export function toGumloopError(response: GumloopResponse, isChange: boolean): AppError {
  const json = jsonOf(response)
  const { headers } = response
  const reported =
    json === undefined
      ? reportedInText(
          decodeBody(response.body.subarray(0, 8000), headers['content-type']),
          declaredMediaType(headers['content-type']),
        )
      : reportedError(json)
  return errorOf(reported, response, isChange, isGumloopError(json, response))
}

/**
 * True for an error in Gumloop's own form, which a proxy before it does not use (docs/gumloop-api.md, Errors). Its flow
 * operations reject with a plain text when too many runs go on.
 */
function isGumloopError(json: unknown, { status, body, headers }: GumloopResponse): boolean {
  if (json !== undefined) return isObject(json) && json.error !== undefined
  const isPlain = declaredMediaType(headers['content-type']) === 'text/plain'
  return status === 429 && isPlain && body.length > 0
}

/** What proxies, gateways and sign-in pages also answer, after a request has gone through as well as before. */
const STATUSES_OF_PROXIES = new Set([401, 403, 404, 407, 408, 429])

function jsonOf({ body, headers }: GumloopResponse): unknown {
  try {
    const value = parseJson(decodeBody(body, headers['content-type']))
    return isDeeper(value, MAX_DEPTH) ? undefined : value
  } catch {
    return undefined
  }
}

/**
 * @param reported what Gumloop said, with an error status or with a success.
 * @param isOwn false: it need not be Gumloop that said it.
 */
function errorOf(
  reported: ReportedError,
  response: GumloopResponse,
  isChange: boolean,
  isOwn = true,
): AppError {
  const { status, headers } = response
  const isSuccess = status >= 200 && status < 300
  // An error inside a success counts as the status that it names itself, else as a rejection.
  const meant = isSuccess ? (reported.status ?? 400) : status
  const code = codeOf(meant)
  const details: ErrorDetails = { upstreamStatus: status }
  if (reported.code !== undefined) details.upstreamCode = reported.code
  if (reported.errors !== undefined) details.errors = reported.errors
  // Gumloop's own 4xx is rejected before anything happens, and 501 is an operation that it does not have.
  const isUnproven = meant < 400 || (!isOwn && STATUSES_OF_PROXIES.has(meant))
  if (isChange)
    details.mayHaveTakenEffect =
      (meant >= 500 && meant !== 501) || isUnproven || isUnclear(reported, isSuccess)
  if (code === 'rate_limited' || meant === 503) {
    const { retryAfterSeconds = waitSeconds(reported.retryAfterSeconds) } = readRateLimit(headers)
    if (retryAfterSeconds !== undefined) details.retryAfterSeconds = retryAfterSeconds
  }
  if (meant === 501) details.nextStep = 'Gumloop does not support this: repeating does not help.'
  const how = isSuccess ? `${status} with an error` : `${status}`
  const words = reported.message ?? (isSuccess ? undefined : PLAIN_REASON[code])
  return new AppError(code, `Gumloop answered ${how}: ${words ?? 'no reason given'}`, details)
}

/** An error inside a success that tells of trouble at Gumloop's: what was asked for may have happened. */
function isUnclear({ code, message }: ReportedError, isSuccess: boolean): boolean {
  return isSuccess && /internal|time[d_ ]*out|unavailable|unexpected/i.test(`${code ?? ''} ${message ?? ''}`)
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
    case 501:
      return 'upstream_rejected'
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

/**
 * For a success of another shape than documented: what is missing, and the beginning of what came instead.
 * @param missing such as `a session`.
 * @param isChange whether the request may have changed something.
 */
export function unknownShape(value: unknown, missing: string, isChange: boolean): AppError {
  const said = isObject(value) || Array.isArray(value) ? reportedError(value).message : undefined
  const words = said ?? reportedInText(beginningOf(value), null).message ?? ''
  const message = `Gumloop's answer is not ${missing}. It begins: ${words || '(empty)'}`
  return new AppError('upstream_invalid', message, isChange ? { mayHaveTakenEffect: true } : {})
}

const MAX_QUOTED_CHARACTERS = 200

function beginningOf(value: unknown): string {
  return cutText(toJson(value) ?? '', MAX_QUOTED_CHARACTERS)
}
