/** Handles one API request: route, key, validation, handler. No I/O. */
import type { IncomingHttpHeaders } from 'node:http'
import { recordEvent } from '../organization/audit-log.ts'
import { eraseIncognito } from '../sessions/incognito.ts'
import { settleTriggers } from '../triggers/fire-triggers.ts'
import type { ApiResponse } from './api-response.ts'
import { callingUser, checkKey, keyKindOf } from './auth.ts'
import type { Call, MultipartPart, World } from './call.ts'
import type { ApiGeneration, Operation } from './description.ts'
import { ApiError, errorResponse } from './error-response.ts'
import { HANDLERS } from './handlers.ts'
import { parseMultipart } from './multipart.ts'
import { checkJsonBody, checkQuery, type JsonObject } from './request-check.ts'
import { findRoute, generationOfPath } from './router.ts'

export interface ApiRequest {
  method: string
  /** Below the API prefix, percent-encoded. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  /** The body exceeded the limit and was dropped. */
  bodyTooLarge: boolean
}

export interface RequestTarget {
  generation: ApiGeneration
  /** Null when no operation matches. */
  operationId: string | null
}

/** @throws ApiError 400 for a body whose content type the operation does not accept */
function readBody(operation: Operation, request: ApiRequest): { body: JsonObject; parts: MultipartPart[] } {
  if (request.bodyTooLarge)
    throw new ApiError(413, 'file_too_large', "The body exceeds the sandbox's limit of 32 MB.")
  const contentType = request.headers['content-type'] ?? ''
  if (operation.body?.mediaType === 'multipart/form-data') {
    return { body: {}, parts: parseMultipart(contentType, request.body) }
  }
  if (request.body.length > 0 && !/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    throw new ApiError(
      400,
      'invalid_request',
      'The body must be JSON, with the content type application/json.',
    )
  }
  return { body: checkJsonBody(operation, request.body), parts: [] }
}

function runOperation(
  operation: Operation,
  path: Record<string, string>,
  request: ApiRequest,
  world: World,
  nowMs: number,
): ApiResponse {
  const key = checkKey(request.headers)
  const handler = HANDLERS[operation.id]
  if (handler === undefined) {
    throw new ApiError(
      501,
      'not_implemented',
      `The sandbox does not implement ${operation.method} ${operation.path} (${operation.id}). Use Gumloop for it.`,
    )
  }
  const query = checkQuery(operation, request.query)
  const { body, parts } = readBody(operation, request)
  const userId = callingUser(operation, key, request.headers, query, body)
  const keyKind = keyKindOf(key)
  const call: Call = { path, query, body, parts, userId, keyKind, headers: request.headers, nowMs, world }
  const response = handler(call)
  if (response.status < 300) recordEvent(operation, call)
  return response
}

/** The operation that a request addresses, without running it: an injected failure responds in its place. */
export function targetOf(method: string, path: string): RequestTarget {
  try {
    const { operation } = findRoute(method, path)
    return { generation: operation.generation, operationId: operation.id }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { generation: generationOfPath(path), operationId: null }
  }
}

/** Does what is due by now, whoever asks next. Returns whether the state has changed. */
export function settle(world: World, nowMs: number): boolean {
  const hasFired = settleTriggers(world, nowMs)
  return eraseIncognito(world.state, nowMs) || hasFired
}

/** The response that Gumloop would send. Changes the sandbox's state where the operation does. */
export function handleApiRequest(request: ApiRequest, world: World, nowMs: number): ApiResponse {
  try {
    const { operation, pathParameters } = findRoute(request.method, request.path)
    return runOperation(operation, pathParameters, request, world, nowMs)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return errorResponse(error, targetOf(request.method, request.path).generation)
  }
}
