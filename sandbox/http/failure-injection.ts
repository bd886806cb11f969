/** Failures on purpose: which request gets which, and what the wire shows then. */
import type { Answer } from './answer.ts'
import type { Era } from './description.ts'
import { Refusal, refusalAnswer } from './error-response.ts'
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
 * A number: that status in Gumloop's error shape. `html-502`: a proxy's page. `hang`: no answer, ever. `reset`: the
 * connection breaks. `slow`: the right answer after `delayMs`. `unknown-state`: the right answer, its state a word
 * that nobody knows.
 */
export type FailureKind = (typeof FAILURE_KINDS)[number]

export interface FailureRule {
  kind: FailureKind
  /**
   * Path below `/api/v1`, `*` for anything: `/sessions/*`. Left out: every path. Downloads are hit only when it
   * names them: `/gumloop-artifacts/*`.
   */
  path?: string
  method?: string
  /** How many requests it hits; left out: all. */
  times?: number
  /** 0 to 1, drawn from the seed; left out: always. */
  probability?: number
  /** With 429 and 503; default 2, null: no header. */
  retryAfterSeconds?: number | null
  /** With 429: adds `x-ratelimit-limit`, `-remaining` and `-reset` (epoch seconds). */
  rateLimitHeaders?: boolean
  /** More headers of the faulty answer. */
  headers?: Record<string, string>
  /** With `slow`; default 2,000. Real milliseconds, whatever the clock says. */
  delayMs?: number
  /** `after`: the request is carried out and its answer lost, so that the caller cannot know. */
  when?: 'before' | 'after'
}

const CODES: Record<string, [code: string, message: string]> = {
  '400': ['invalid_request', 'The request was refused on purpose (sandbox failure).'],
  '401': ['invalid_token', 'The API key is not valid (sandbox failure).'],
  '402': ['insufficient_credits', 'You are out of credits (sandbox failure).'],
  '403': ['insufficient_scope', 'Your key may not do this (sandbox failure).'],
  '404': ['not_found', 'There is nothing here any more (sandbox failure).'],
  '409': ['conflict', 'Something is in the way (sandbox failure).'],
  '429': ['rate_limit_exceeded', 'Too many requests (sandbox failure).'],
  '500': ['internal_error', 'Something broke (sandbox failure).'],
  '502': ['bad_gateway', 'The provider did not answer (sandbox failure).'],
  '503': ['unavailable', 'Closed for a moment (sandbox failure).'],
  '504': ['gateway_timeout', 'The provider took too long (sandbox failure).'],
}

const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'

const RATE_LIMIT_PER_MINUTE = 60

/** A rule from outside: the command line or `POST /__sandbox/failures`. @throws Refusal 400 */
export function parseFailureRule(value: unknown): FailureRule {
  const refuse = (message: string) => new Refusal(400, 'invalid_request', message)
  const given: unknown = typeof value === 'string' ? { kind: value } : value
  if (!isObject(given)) throw refuse('A failure is an object such as {"kind": "429", "times": 3}.')
  const kind = FAILURE_KINDS.find(name => name === String(given.kind))
  if (kind === undefined) throw refuse(`kind must be one of ${FAILURE_KINDS.join(', ')}.`)
  const rule: FailureRule = { kind }
  for (const name of ['times', 'probability', 'delayMs'] as const) {
    const number = given[name]
    if (number === undefined) continue
    if (typeof number !== 'number' || !(number >= 0)) throw refuse(`${name} must be a number from 0 up.`)
    rule[name] = number
  }
  for (const name of ['path', 'method'] as const) {
    const text = given[name]
    if (text === undefined) continue
    if (typeof text !== 'string') throw refuse(`${name} must be text.`)
    rule[name] = text
  }
  const { retryAfterSeconds: retry, when } = given
  if (retry === null || typeof retry === 'number') rule.retryAfterSeconds = retry
  if (given.rateLimitHeaders === true) rule.rateLimitHeaders = true
  if (when !== undefined && when !== 'before' && when !== 'after')
    throw refuse('when must be before or after.')
  if (when !== undefined) rule.when = when
  return rule
}

function pathFits(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true
  const escaped = pattern.split('*').map(piece => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`).test(path)
}

/** The rules in force, in order; the first that fits a request hits it. */
export class FailureBook {
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

  /** What is still in force. */
  list(): FailureRule[] {
    return this.#rules.map(({ rule, left }) => (Number.isFinite(left) ? { ...rule, times: left } : rule))
  }

  /**
   * The failure for this request, used up by one; null: none.
   * @param path below the API prefix, or a download's from the root: that is hit only by a rule that names a path
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

/** The answer of a failure that answers: a status or the proxy's page. */
export function failureAnswer(rule: FailureRule, era: Era, nowMs: number): Answer {
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
  const [code, message] = CODES[rule.kind] ?? ['internal_error', 'Something broke (sandbox failure).']
  return refusalAnswer(new Refusal(Number(rule.kind), code, message, { headers }), era)
}

/** The answer with its session's or run's state replaced by a word from the future. */
export function withUnknownState(answer: Answer): Answer {
  if (!isObject(answer.json)) return answer
  const strange = (record: JsonObject) => ('state' in record ? { ...record, state: 'hibernating' } : record)
  const json = strange(answer.json)
  if (isObject(json.session)) json.session = strange(json.session)
  return { ...answer, json }
}
