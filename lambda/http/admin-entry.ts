/** The two entry points of the admin app: a plain HTTP request, and an invocation through IAM. */
import type { IdentityProof, ProofPurpose } from '../aws/identity-proof.ts'
import { AppError } from '../shared/errors.ts'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { safeJson, toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { adminError } from './admin-error.ts'
import type { AdminApp } from './admin-request.ts'
import { ADMIN_SECURITY_HEADERS } from './security-headers.ts'

/** `Request` requires a whole URL; its host is not used. */
const BASE_URL = 'http://administration'
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Serves one plain HTTP request (gateway, local server) with the app. Never throws. */
export async function serveAdmin(app: AdminApp, request: HttpRequest): Promise<HttpResponse> {
  try {
    const url = `${BASE_URL}${request.path}${request.query === '' ? '' : `?${request.query}`}`
    const headers = Object.entries(request.headers).filter(([name]) => name !== 'content-length')
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const answer = await app.request(
      new Request(url, {
        method: request.method,
        headers,
        ...(hasBody ? { body: lazyBody(request), duplex: 'half' } : {}),
      }),
    )
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
    const body = isJson ? safeJson(text) : text
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body }
  } catch (error) {
    // What `Request` itself rejects (a method like TRACE, a header with a line break) is the caller's error.
    const { status, body } = adminError(
      error instanceof TypeError ? new AppError('invalid_arguments', 'Not a valid HTTP request.') : error,
    )
    return {
      status,
      headers: { 'content-type': 'application/json', ...ADMIN_SECURITY_HEADERS },
      body: toJson(body),
    }
  }
}

/** A body that is read only when the app requests it, which is after the token check. */
function lazyBody(request: HttpRequest): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const body = await request.readBody()
        if (body.length > 0) controller.enqueue(new Uint8Array(body))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The event of the IAM-only function. */
export interface AdminInvocation {
  method: string
  /** With its query, if any: `/accounts?limit=10`. */
  path: string
  body?: unknown
  /** Who calls, for the audit trail. IAM has authorized the call, but does not tell the function whom. */
  identity?: IdentityProof
}

export interface AdminInvocationResult {
  status: number
  body: unknown
}

/** The actor of a change, from the `identity` of its invocation. Never rejects. */
export type IdentifyActor = (identity: unknown, request: ProofPurpose['request']) => Promise<string>

/**
 * Runs one invocation with the app, whose access must be `iam`. Never throws. `identify` is asked for changes only,
 * since nothing records who reads.
 */
export async function invokeAdmin(
  app: AdminApp,
  event: unknown,
  identify: IdentifyActor,
): Promise<AdminInvocationResult> {
  try {
    const { identity, ...request } = readInvocation(event)
    const { method, path, body } = request
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const bindings = method === 'GET' ? {} : { actor: await identify(identity, request) }
    const answer = await app.request(`${BASE_URL}${path}`, init, bindings)
    return { status: answer.status, body: await answer.json() }
  } catch (error) {
    return adminErrorAnswer(error)
  }
}

function adminErrorAnswer(error: unknown): AdminInvocationResult {
  const { status, body } = adminError(error)
  return { status, body }
}

function readInvocation(event: unknown): {
  method: string
  path: string
  body?: unknown
  identity?: unknown
} {
  const { method, path, body, identity } = isObject(event) ? event : {}
  if (
    typeof method !== 'string' ||
    !METHODS.includes(method) ||
    typeof path !== 'string' ||
    !path.startsWith('/')
  ) {
    throw new AppError(
      'invalid_arguments',
      'Invoke with {"method": "GET", "path": "/accounts", "body"?: {…}, "identity"?: {…}}.',
    )
  }
  return { method, path, body, identity }
}
