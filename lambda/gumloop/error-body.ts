/**
 * What a response of Gumloop's, or of a proxy before it, says of an error, whatever its shape (docs/gumloop-api.md,
 * Errors). Its words reach a model: they are bounded, on one line, and without markup. Pure.
 */
import { cutText } from '../shared/cut-text.ts'
import type { ValidationError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { parseJson } from '../shared/parse-json.ts'
import { numberOrNull, textOrNull } from '../shared/wire-value.ts'

const MAX_MESSAGE_CHARACTERS = 500
const MAX_LISTED_ERRORS = 20

export interface ReportedError {
  code?: string
  message?: string
  /** By field, or by file of an upload. */
  errors?: ValidationError[]
  /** An HTTP status that the body names. */
  status?: number
  /** Not rounded. */
  retryAfterSeconds?: number
}

/** @param body parsed JSON of any shape. */
export function reportedError(body: unknown): ReportedError {
  if (typeof body === 'string') return inJson(body) ?? { ...messageOf(body) }
  if (Array.isArray(body)) return listed(listErrors(body))
  if (!isObject(body)) return {}
  const { error } = body
  if (typeof error === 'string') {
    const nested = inJson(error)
    if (nested) return { ...own(body), ...nested }
  }
  const inner = isObject(error) ? error : body
  const code = codeOf(inner.code) ?? (typeof error === 'string' ? codeOf(error) : undefined)
  const errors = fieldErrors(inner)
    .concat(inner === body ? [] : fieldErrors(body))
    .slice(0, MAX_LISTED_ERRORS)
  const headline = headlineOf(inner) ?? (inner === body ? undefined : headlineOf(body)) ?? planOf(body, error)
  const { param } = inner
  const message = clean(headline ?? wordsOf(errors))
  if (typeof param === 'string' && param !== '')
    errors.unshift({ path: cutText(clean(param), 100), message: message || 'is not accepted' })
  return {
    ...own(body),
    ...(code !== undefined && { code }),
    ...(message !== '' && { message }),
    ...(errors.length > 0 && { errors }),
  }
}

/** Text or HTML in place of JSON: the text itself, or the title of the page. */
export function reportedInText(text: string, mediaType: string | null): ReportedError {
  if (mediaType?.includes('html') !== true && !/^\s*</.test(text)) return messageOf(text)
  return messageOf(/<title[^>]*>([^<]{1,500})<\/title>/i.exec(text)?.[1] ?? '')
}

/**
 * The error in an answer with a status of success; undefined where there is none.
 * @param documented fields of the operation's own record: an answer that has one of them is that record.
 */
export function errorInAnswer(value: unknown, documented: readonly string[]): ReportedError | undefined {
  if (!isObject(value)) return undefined
  const isRecord = documented.some(name => !REMARKS.has(name) && isFilled(value[name]))
  if (isRecord) return undefined
  const status = statusOf(value) ?? 0
  const isRefused = value.success === false || value.ok === false || status >= 400
  const isError = isFilled(value.error) || isFilled(value.errors) || isFilled(value.error_description)
  const isStatus = typeof value.status === 'string' && /^(error|failed|failure|fail)$/i.test(value.status)
  return isRefused || isError || isStatus ? reportedError(value) : undefined
}

/** Fields that say how a request went, and are no record. */
const REMARKS = new Set(['success', 'ok', 'status', 'message', 'error', 'errors', 'detail', 'code', 'type'])

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false
  return !isObject(value) || Object.keys(value).length > 0
}

/** A JSON text inside a text, as some proxies wrap errors. */
function inJson(text: string): ReportedError | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const found = reportedError(parseJson(text))
    return found.message === undefined ? undefined : found
  } catch {
    return undefined
  }
}

function own(body: Record<string, unknown>): ReportedError {
  const status = statusOf(body)
  const wait = waitOf(body)
  return { ...(status !== undefined && { status }), ...(wait !== undefined && { retryAfterSeconds: wait }) }
}

function statusOf(body: Record<string, unknown>): number | undefined {
  const inner = isObject(body.error) ? body.error : {}
  const named = [body.status, body.status_code, body.statusCode, body.code, inner.status, inner.code]
  const found = named.map(numberOrNull).find(status => status !== null && status >= 400 && status < 600)
  return found ?? (typeof inner.type === 'string' ? STATUS_OF_TYPE[inner.type] : undefined)
}

/** `error.type` follows the status (docs/gumloop-api.md, Errors). */
const STATUS_OF_TYPE: Record<string, number | undefined> = {
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  api_error: 500,
}

function waitOf(body: Record<string, unknown>): number | undefined {
  const inner = isObject(body.error) ? body.error : {}
  const places = [body, inner, inner.details, body.details, body.metadata].filter(isObject)
  for (const place of places) {
    const seconds = numberOrNull(place.retry_after ?? place.retry_after_seconds ?? place.retryAfter)
    if (seconds !== null && seconds >= 0) return seconds
    const ms = numberOrNull(place.retry_after_ms)
    if (ms !== null && ms >= 0) return ms / 1000
  }
  return undefined
}

function codeOf(code: unknown): string | undefined {
  return typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) && code !== 'unspecified' ? code : undefined
}

/** The sentence that stands for the whole; both halves of a problem (RFC 9457). */
function headlineOf(body: Record<string, unknown>): string | undefined {
  const { message, msg, error_description, title, detail, reason, error_message } = body
  const first = [message, error_description, error_message, msg, reason].find(isText)
  if (first !== undefined) return first
  const problem = [title, detail].filter(isText)
  return problem.length > 0 ? problem.join(': ') : undefined
}

/** A plan that is too small, else the `error` itself where it is a text. */
function planOf(body: Record<string, unknown>, error: unknown): string | undefined {
  if (!isText(error)) return undefined
  const tier = isObject(body.metadata) ? body.metadata.minimum_tier : body.minimum_tier
  return typeof tier === 'string' ? `needs the ${tier} plan (${error})` : error
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Where lists of errors are found: FastAPI, Django, RFC 9457, Google, and Gumloop's own uploads. */
const LISTS = ['detail', 'details', 'errors', 'error', 'invalid_params', 'invalid-params', 'violations']

function fieldErrors(body: Record<string, unknown>): ValidationError[] {
  return LISTS.flatMap(name => {
    const found = body[name]
    if (Array.isArray(found)) return listErrors(found)
    if (!isObject(found) || name === 'error') return []
    const rejected = rejectedFiles(found.rejected)
    if (rejected.length > 0) return rejected
    const headline = headlineOf(found)
    if (headline !== undefined) return [{ path: '', message: clean(headline) }]
    return Object.entries(found).flatMap(([field, value]) => byField(field, value))
  })
}

/** `{field: "message"}` and `{field: ["message", …]}`. */
function byField(field: string, value: unknown): ValidationError[] {
  const texts = (Array.isArray(value) ? value : [value]).filter(isText)
  return texts.map(text => ({ path: cutText(clean(field), 100), message: clean(text) }))
}

function listErrors(list: unknown[]): ValidationError[] {
  return list.slice(0, MAX_LISTED_ERRORS).flatMap(item => {
    if (isText(item)) return [{ path: '', message: clean(item) }]
    if (!isObject(item)) return []
    const message = headlineOf(item) ?? [item.error, item.description, item.type].find(isText)
    return message === undefined ? [] : [{ path: placeOf(item), message: clean(message) }]
  })
}

/** The field that an error is about. FastAPI's `loc` begins with where in the request it is. */
function placeOf(item: Record<string, unknown>): string {
  const { loc, field, path, param, name, pointer, file_name } = item
  if (Array.isArray(loc)) {
    const parts = loc.map(textOrNull).filter(part => part !== null)
    const inside = ['body', 'query', 'path', 'header'].includes(parts[0] ?? '') ? parts.slice(1) : parts
    return cutText(clean(inside.join('.')), 100)
  }
  const named = [field, path, param, name, pointer, file_name].find(isText)
  return cutText(clean(named ?? ''), 100)
}

function wordsOf(errors: readonly ValidationError[]): string {
  return errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
}

function listed(errors: ValidationError[]): ReportedError {
  return errors.length === 0 ? {} : { errors, message: clean(wordsOf(errors)) }
}

function messageOf(text: string): ReportedError {
  const message = clean(text)
  return message === '' ? {} : { message }
}

/** `[{file_name, error}]` in responses to uploads to the Brain. */
export function rejectedFiles(rejected: unknown): ValidationError[] {
  const entries = Array.isArray(rejected) ? rejected.filter(isObject) : []
  return entries.map(({ file_name, error }) => ({
    path: typeof file_name === 'string' ? cutText(clean(file_name), 255) : 'a file',
    message: isText(error) ? clean(error) : 'was not accepted',
  }))
}

/** Elements of HTML; anything else in angle brackets (`<class 'int'>`, `a < b`) is part of the words. */
const MARKUP =
  /<!--.*?-->|<\/?(?:a|b|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|pre|script|small|span|strong|style|table|tbody|td|th|title|tr|u|ul)(?:\s[^<>]*)?\/?>/gi

/** One line without control characters and markup, of bounded length. */
function clean(text: string): string {
  const start = text.length > 4 * MAX_MESSAGE_CHARACTERS ? cutText(text, 4 * MAX_MESSAGE_CHARACTERS) : text
  const line = start
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(MARKUP, '')
    .trim()
  return line.length > MAX_MESSAGE_CHARACTERS
    ? `${cutText(line, MAX_MESSAGE_CHARACTERS)}…`
    : line.toWellFormed()
}
