/** One API request to its answer: route, key, check, handler. No I/O. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './answer.ts'
import { callingUser, checkKey } from './auth.ts'
import type { Call, MultipartPart, World } from './call.ts'
import type { Era, Operation } from './description.ts'
import { Refusal, refusalAnswer } from './error-response.ts'
import { HANDLERS } from './handlers.ts'
import { parseMultipart } from './multipart.ts'
import { checkJsonBody, checkQuery, type JsonObject } from './request-check.ts'
import { eraOfPath, findRoute } from './router.ts'

export interface ApiRequest {
  method: string
  /** Below the API prefix, percent-encoded. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  /** The body was over the limit and is not here. */
  bodyTooLarge: boolean
}

export interface Subject {
  era: Era
  /** Null when no operation fits. */
  operationId: string | null
}

/** @throws Refusal 400 for a body of another type than the operation takes */
function readBody(operation: Operation, request: ApiRequest): { body: JsonObject; parts: MultipartPart[] } {
  if (request.bodyTooLarge)
    throw new Refusal(413, 'file_too_large', 'The body is over the limit of the sandbox (32 MB).')
  const contentType = request.headers['content-type'] ?? ''
  if (operation.body?.mediaType === 'multipart/form-data') {
    return { body: {}, parts: parseMultipart(contentType, request.body) }
  }
  if (request.body.length > 0 && !/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    throw new Refusal(
      400,
      'invalid_request',
      'The body must be JSON, with the content type application/json.',
    )
  }
  return { body: checkJsonBody(operation, request.body), parts: [] }
}

function answerOperation(
  operation: Operation,
  path: Record<string, string>,
  request: ApiRequest,
  world: World,
  nowMs: number,
): Answer {
  const key = checkKey(request.headers)
  const handler = HANDLERS[operation.id]
  if (handler === undefined) {
    throw new Refusal(
      501,
      'not_implemented',
      `The sandbox does not play ${operation.method} ${operation.path} (${operation.id}). Use Gumloop itself for it.`,
    )
  }
  const query = checkQuery(operation, request.query)
  const { body, parts } = readBody(operation, request)
  const userId = callingUser(operation, key, request.headers, query, body)
  const call: Call = { path, query, body, parts, userId, nowMs, world }
  return handler(call)
}

/** What a request is about, without carrying it out: for failures, which answer in its place. */
export function subjectOf(method: string, path: string): Subject {
  try {
    const { operation } = findRoute(method, path)
    return { era: operation.era, operationId: operation.id }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return { era: eraOfPath(path), operationId: null }
  }
}

/** The answer Gumloop would give; changes the world's state where the operation does. */
export function answerApi(request: ApiRequest, world: World, nowMs: number): Answer {
  try {
    const { operation, pathParameters } = findRoute(request.method, request.path)
    return answerOperation(operation, pathParameters, request, world, nowMs)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return refusalAnswer(thrown, subjectOf(request.method, request.path).era)
  }
}
