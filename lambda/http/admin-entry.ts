/** The two ways into the administrator's app that are not Hono's: our plain HTTP request, and an invocation by IAM. */
import { AppError } from '../shared/errors.ts'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { isObject } from '../shared/json-value.ts'
import type { AdminApp } from './admin-app.ts'
import { adminError } from './admin-error.ts'

/** Any host will do: nothing here looks at it, and `Request` wants a whole URL. */
const BASE_URL = 'http://administration'
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ACTOR_LIMIT_CHARACTERS = 200

/** Serves one plain HTTP request (gateway, local server) with the app. Never throws. */
export async function serveAdmin(app: AdminApp, request: HttpRequest): Promise<HttpResponse> {
  try {
    if (request.bodyTooLarge) throw new AppError('payload_too_large', 'The body is too large.')
    const url = `${BASE_URL}${request.path}${request.query === '' ? '' : `?${request.query}`}`
    const headers = Object.entries(request.headers).filter(([name]) => name !== 'content-length')
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const answer = await app.request(
      new Request(url, {
        method: request.method,
        headers,
        ...(hasBody ? { body: new Uint8Array(request.body) } : {}),
      }),
    )
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
  } catch (error) {
    // What `Request` itself refuses (a method like TRACE, a header with a line break) is the caller's error.
    const thrown =
      error instanceof TypeError ? new AppError('invalid_arguments', 'The request is not valid HTTP.') : error
    const { status, body } = adminError(thrown)
    return {
      status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify(body),
    }
  }
}

/** What the IAM-only function is invoked with. */
export interface AdminInvocation {
  method: string
  /** With its query, if any: `/accounts?limit=10`. */
  path: string
  body?: unknown
  /** Who asks, for the audit trail. AWS has already checked that they may; CloudTrail knows them for certain. */
  actor?: string
}

export interface AdminInvocationAnswer {
  status: number
  body: unknown
}

/** Carries out one invocation with the app, whose access must be `iam`. Never throws. */
export async function invokeAdmin(app: AdminApp, event: unknown): Promise<AdminInvocationAnswer> {
  try {
    const { method, path, body, actor } = readInvocation(event)
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await app.request(`${BASE_URL}${path}`, init, actor === undefined ? {} : { actor })
    return { status: answer.status, body: await answer.json() }
  } catch (error) {
    return adminErrorAnswer(error)
  }
}

function adminErrorAnswer(error: unknown): AdminInvocationAnswer {
  const { status, body } = adminError(error)
  return { status, body }
}

function readInvocation(event: unknown): AdminInvocation {
  const { method, path, body, actor } = isObject(event) ? event : {}
  if (
    typeof method !== 'string' ||
    !METHODS.includes(method) ||
    typeof path !== 'string' ||
    !path.startsWith('/')
  ) {
    throw new AppError(
      'invalid_arguments',
      'Invoke with {"method": "GET", "path": "/accounts", "body"?: {…}, "actor"?: "…"}.',
    )
  }
  const named = typeof actor === 'string' && actor.trim() !== ''
  return { method, path, body, ...(named ? { actor: printable(actor) } : {}) }
}

/** A name that cannot redraw the terminal of whoever reads the audit trail. */
function printable(actor: string): string {
  return actor.replace(/[^\x20-\x7e]/g, '?').slice(0, ACTOR_LIMIT_CHARACTERS)
}
