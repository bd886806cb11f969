/**
 * The MCP endpoint as a function from a plain request to a plain response: routes, Host and Origin, the token, limits.
 * The token is checked before the body is read; no response and no log line contains the path.
 */
import type { AuthInput, AuthResult } from '../auth/authenticate.ts'
import type { RequestContext } from '../auth/request-context.ts'
import { clientName } from '../mcp/client-name.ts'
import { plainRequest } from '../mcp/plain-message.ts'
import { type ExchangeServer, exchange } from '../mcp/sdk-exchange.ts'
import { makeServer } from '../mcp/server.ts'
import { answerPlain, HAS_SHORTCUTS } from '../mcp/shortcuts.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError, describeCause } from '../shared/errors.ts'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { isObject } from '../shared/json-value.ts'
import type { Logger } from '../shared/logger.ts'
import { networkPrefix } from '../shared/network-prefix.ts'
import type { CallToolDeps } from '../tools/call-tool.ts'
import { errorResponse } from './error-response.ts'
import { readMessage } from './read-message.ts'
import { withRejectionLog } from './rejection-log.ts'
import { MCP_SECURITY_HEADERS } from './security-headers.ts'

export interface McpAppDeps extends CallToolDeps {
  authenticate: (input: AuthInput) => Promise<AuthResult>
  now: Clock
  /** What answers MCP messages; left out: the product. */
  makeServer?: (context: RequestContext, deps: CallToolDeps, method: string) => ExchangeServer
  logger: Logger
  /** Accepted Host headers; undefined if the gateway has already checked them. */
  allowedHosts?: readonly string[]
  /** Accepted browser origins; a request without an Origin does not come from a browser and is always accepted. */
  allowedOrigins: readonly string[]
}

export type McpApp = (request: HttpRequest) => Promise<HttpResponse>

export function createMcpApp(deps: McpAppDeps): McpApp {
  const app: McpApp = async request => {
    let response: HttpResponse
    try {
      response = await answer(request, deps)
    } catch (error) {
      deps.logger.error('request_failed', { request_id: request.requestId, reason: describeCause(error) })
      response = errorResponse('internal')
    }
    return { ...response, headers: { ...MCP_SECURITY_HEADERS, ...cors(request, deps), ...response.headers } }
  }
  return withRejectionLog(app, deps)
}

async function answer(request: HttpRequest, deps: McpAppDeps): Promise<HttpResponse> {
  const { path, method, headers } = request
  if (path === '/health') return health(method)
  const route = mcpRoute(path)
  if (!route) return errorResponse('not_found')
  const rejection = rejectBeforeAuthentication(request, deps)
  if (rejection) return rejection
  const authenticated = await deps.authenticate({
    ...route,
    ...(headers.authorization !== undefined && { authorization: headers.authorization }),
    nowMs: deps.now(),
    network: request.sourceAddress && networkPrefix(request.sourceAddress),
  })
  if (!authenticated.ok)
    return errorResponse(authenticated.via === 'path' ? 'unknown_path_token' : 'unknown_header_token')
  const body = await readBody(request)
  if (!Buffer.isBuffer(body)) return body
  const read = readMessage(body)
  if (!read.ok) return errorResponse('bad_message', read)

  const { principal, permit } = authenticated
  const client = clientName(read.message, headers['user-agent'])
  const context = {
    principal,
    permit,
    deadlineMs: Math.min(request.deadlineMs, principal.expiresAtMs ?? Number.POSITIVE_INFINITY),
    signal: request.signal,
    requestId: request.requestId,
    ...(client !== undefined && { client }),
    logger: deps.logger,
  }
  if (isList(read.message)) logList(context)
  const plain =
    HAS_SHORTCUTS && deps.makeServer === undefined ? plainRequest(read.message, headers) : undefined
  const answered = plain && (await answerPlain(plain, context, deps))
  if (answered) return answered
  const make = deps.makeServer ?? makeServer
  return exchange(
    (protocolVersion, method) => make({ ...context, protocolVersion }, deps, method),
    read.message,
    {
      url: 'https://connector.invalid/mcp', // never fetched, and not the real one, which contains the token
      headers: withoutSecrets(headers),
      signal: request.signal,
    },
  )
}

function isList(message: unknown): boolean {
  return isObject(message) && message.method === 'tools/list'
}

/** Calls have a line of their own (`tools/with-account.ts`). */
function logList({ logger, principal, requestId, client }: Omit<RequestContext, 'protocolVersion'>): void {
  logger.info('tools_listed', {
    request_id: requestId,
    connector_id: principal.connectorId,
    account_id: principal.accountId,
    api_token_id: principal.apiTokenId,
    client,
  })
}

/** The body, or the response where there is none: too large, or the client left (nobody receives that one). */
async function readBody(request: HttpRequest): Promise<Buffer | HttpResponse> {
  try {
    return await request.readBody()
  } catch (error) {
    if (error instanceof AppError && error.code === 'payload_too_large')
      return errorResponse('body_too_large')
    if (error instanceof AppError && error.code === 'cancelled') return { status: 499, headers: {}, body: '' }
    throw error
  }
}

/**
 * `/mcp/{token}` or `/mcp`, each also with a slash at its end, and with the token percent-encoded, as some clients write
 * it. Undefined for every other path, `/mcp/{token}/…` included.
 */
function mcpRoute(path: string): { pathToken?: string } | undefined {
  if (path === '/mcp' || path === '/mcp/') return {}
  const token = /^\/mcp\/([^/]+)\/?$/.exec(path)?.[1]
  if (token === undefined) return undefined
  try {
    return { pathToken: decodeURIComponent(token) }
  } catch {
    return { pathToken: token }
  }
}

function health(method: string): HttpResponse {
  if (method !== 'GET' && method !== 'HEAD') return errorResponse('method_not_allowed')
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' }
}

/** What can be rejected, or answered, without knowing the caller. */
function rejectBeforeAuthentication(request: HttpRequest, deps: McpAppDeps): HttpResponse | undefined {
  const { method, headers } = request
  if (deps.allowedHosts && !deps.allowedHosts.includes((headers.host ?? '').toLowerCase()))
    return errorResponse('host_not_allowed')
  if (headers.origin !== undefined && !deps.allowedOrigins.includes(headers.origin))
    return errorResponse('origin_not_allowed')
  if (method === 'OPTIONS' && headers.origin !== undefined) return { status: 204, headers: {}, body: '' }
  if (method !== 'POST') return errorResponse('method_not_allowed')
  return undefined
}

function cors({ headers }: HttpRequest, deps: McpAppDeps): Record<string, string> {
  if (headers.origin === undefined || !deps.allowedOrigins.includes(headers.origin)) return {}
  return {
    'access-control-allow-origin': headers.origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type, mcp-protocol-version, mcp-method, mcp-name',
    'access-control-expose-headers': 'ratelimit-limit, ratelimit-remaining, ratelimit-reset',
    vary: 'origin',
  }
}

/** The SDK passes the headers to handlers, which must not see the credentials in them. */
function withoutSecrets({
  authorization: _a,
  cookie: _c,
  ...headers
}: Record<string, string>): Record<string, string> {
  return headers
}
