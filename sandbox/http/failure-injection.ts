/** Failure injection: which requests fail, and how. */
import type { ApiResponse } from './api-response.ts'
import type { ApiGeneration } from './description.ts'
import { ApiError, errorResponse } from './error-response.ts'
import { fractionOf } from './ids.ts'
import { isObject, type JsonObject } from './request-check.ts'

export const FAILURE_KINDS = [
  '400',
  '401',
  '402',
  '403',
  '404',
  '409',
  '429',
  '500',
  '502',
  '503',
  '504',
  'html-502',
  'hang',
  'reset',
  'slow',
  'unknown-state',
] as const

/**
 * A number: that status with Gumloop's error body. `html-502`: an HTML page as a proxy sends it. `hang`: no response.
 * `reset`: the connection is reset. `slow`: the regular response after `delayMs`. `unknown-state`: the regular response
 * with a state that is not documented.
 */
export type FailureKind = (typeof FAILURE_KINDS)[number]

export interface FailureRule {
  kind: FailureKind
  /**
   * Path below `/api/v1`, with `*` as a wildcard: `/sessions/*`. Default: every path. Downloads fail only when the
   * pattern names them: `/gumloop-artifacts/*`.
   */
  path?: string
  method?: string
  /** How many requests fail. Default: all. */
  times?: number
  /** 0 to 1, drawn from the seed. Default: 1. */
  probability?: number
  /** With 429 and 503. Default: 2; null for no header. */
  retryAfterSeconds?: number | null
  /** With 429: adds `x-ratelimit-limit`, `-remaining` and `-reset` (epoch seconds). */
  rateLimitHeaders?: boolean
  /** Additional headers of the error response. */
  headers?: Record<string, string>
  /** With `slow`. Default: 2,000. Real milliseconds, not simulated ones. */
  delayMs?: number
  /** `after`: the request takes effect but its response is lost, so the caller cannot know. Default: `before`. */
  when?: 'before' | 'after'
}

const INTERNAL_ERROR: [code: string, message: string] = [
  'internal_error',
  'Internal error (injected failure).',
]

const CODES: Record<string, [code: string, message: string]> = {
  '400': ['invalid_request', 'The request is invalid (injected failure).'],
  '401': ['invalid_token', 'The API key is invalid (injected failure).'],
  '402': ['insufficient_credits', 'You are out of credits (injected failure).'],
  '403': ['insufficient_scope', 'The API key lacks a required scope (injected failure).'],
  '404': ['not_found', 'The resource does not exist (injected failure).'],
  '409': ['conflict', 'The request conflicts with the current state (injected failure).'],
  '429': ['rate_limit_exceeded', 'Too many requests (injected failure).'],
  '500': INTERNAL_ERROR,
  '502': ['bad_gateway', 'The provider did not respond (injected failure).'],
  '503': ['unavailable', 'The service is temporarily unavailable (injected failure).'],
  '504': ['gateway_timeout', 'The provider timed out (injected failure).'],
}

const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'

const RATE_LIMIT_PER_MINUTE = 60

/** Parses a rule from the command line or from `POST /__sandbox/failures`. @throws ApiError 400 */
export function parseFailureRule(value: unknown): FailureRule {
  const invalid = (message: string) => new ApiError(400, 'invalid_request', message)
  const fields: unknown = typeof value === 'string' ? { kind: value } : value
  if (!isObject(fields)) throw invalid('A failure must be an object such as {"kind": "429", "times": 3}.')
  const kind = FAILURE_KINDS.find(name => name === String(fields.kind))
  if (kind === undefined) throw invalid(`kind must be one of ${FAILURE_KINDS.join(', ')}.`)
  const rule: FailureRule = { kind }
  for (const name of ['times', 'probability', 'delayMs'] as const) {
    const number = fields[name]
    if (number === undefined) continue
    if (typeof number !== 'number' || !(number >= 0)) throw invalid(`${name} must be a number of at least 0.`)
    rule[name] = number
  }
  for (const name of ['path', 'method'] as const) {
    const text = fields[name]
    if (text === undefined) continue
    if (typeof text !== 'string') throw invalid(`${name} must be text.`)
    rule[name] = text
  }
  const { retryAfterSeconds: retry, when } = fields
  if (retry === null || typeof retry === 'number') rule.retryAfterSeconds = retry
  if (fields.rateLimitHeaders === true) rule.rateLimitHeaders = true
  if (when !== undefined && when !== 'before' && when !== 'after')
    throw invalid('when must be before or after.')
  if (when !== undefined) rule.when = when
  return rule
}

function pathFits(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true
  const escaped = pattern.split('*').map(piece => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`).test(path)
}

/** The active rules in order; the first one that matches a request makes it fail. */
export class FailureInjector {
  #rules: { rule: FailureRule; left: number; draws: number }[] = []
  readonly #seed: string
  constructor(seed: string) {
    this.#seed = seed
  }

  add(rule: FailureRule): void {
    this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY, draws: 0 })
  }

  clear(): void {
    this.#rules = []
  }

  /** The rules that are still active. */
  list(): FailureRule[] {
    return this.#rules.map(({ rule, left }) => (Number.isFinite(left) ? { ...rule, times: left } : rule))
  }

  /**
   * The failure for this request, or null. Counts the request against the rule's `times`.
   * @param path below the API prefix; from the root for a download, which only a rule with a path matches
   */
  take(method: string, path: string, isDownload: boolean): FailureRule | null {
    for (const entry of this.#rules) {
      const { rule } = entry
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue
      if (isDownload && rule.path === undefined) continue
      if (!pathFits(rule.path, path) || entry.left <= 0) continue
      entry.draws += 1
      const drawn = fractionOf(`${this.#seed}|failure ${rule.kind}|${entry.draws}`)
      if (rule.probability !== undefined && drawn >= rule.probability) continue
      entry.left -= 1
      this.#rules = this.#rules.filter(other => other.left > 0)
      return rule
    }
    return null
  }
}

/** The response of a failure that sends one: an error status or a proxy's page. */
export function failureResponse(rule: FailureRule, generation: ApiGeneration, nowMs: number): ApiResponse {
  const retry = rule.retryAfterSeconds === undefined ? 2 : rule.retryAfterSeconds
  const headers: Record<string, string> = {}
  if (retry !== null && (rule.kind === '429' || rule.kind === '503')) headers['retry-after'] = String(retry)
  if (rule.rateLimitHeaders === true) {
    headers['x-ratelimit-limit'] = String(RATE_LIMIT_PER_MINUTE)
    headers['x-ratelimit-remaining'] = '0'
    headers['x-ratelimit-reset'] = String(Math.ceil(nowMs / 1_000) + (retry ?? 60))
  }
  Object.assign(headers, rule.headers)
  if (rule.kind === 'html-502') return { status: 502, text: HTML, contentType: 'text/html', headers }
  const [code, message] = CODES[rule.kind] ?? INTERNAL_ERROR
  return errorResponse(new ApiError(Number(rule.kind), code, message, { headers }), generation)
}

/** The response with the state of its session or run replaced by an undocumented one. */
export function withUnknownState(response: ApiResponse): ApiResponse {
  if (!isObject(response.json)) return response
  const withState = (record: JsonObject) => ('state' in record ? { ...record, state: 'hibernating' } : record)
  const json = withState(response.json)
  if (isObject(json.session)) json.session = withState(json.session)
  return { ...response, json }
}
