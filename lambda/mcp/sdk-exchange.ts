/**
 * One JSON-RPC message in, one HTTP response out, through the official SDK: the only file that talks to its
 * transports. The SDK's own classifier decides which protocol version a message belongs to, so this file can
 * never disagree with it:
 * - 2026-07-28 goes to the SDK's `createMcpHandler` (header checks, envelope, error statuses, event stream);
 * - 2025 messages go through our own one-message transport, since the SDK answers them with an event stream
 *   whatever the client accepts, and rejects `Accept` values that real clients send.
 *
 * A response is JSON, unless the handler sends notifications first (`ctx.mcpReq.notify`), the client gave a
 * progress token and its `Accept` names `text/event-stream`: then it is a stream that starts with them.
 */
import {
  classifyInboundRequest,
  createMcpHandler,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJsonContentType,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type Server,
} from '@modelcontextprotocol/server'
import type { HttpResponse } from '../shared/http-message.ts'
import { jsonRpcErrorResponse } from '../shared/json-rpc-error.ts'
import { safeJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { withoutTokens } from '../shared/redact.ts'
import { CLIENT_GONE, KEEP_ALIVE_MS, LegacyTransport, STREAM_HEADERS } from './legacy-transport.ts'
import { lenientMessage } from './lenient-message.ts'
import { MODERN_VERSION, UNNAMED_VERSION } from './protocol-versions.ts'

/** The SDK's server, and headers that its handlers add to the HTTP response. */
export type ExchangeServer = Server & { readonly responseHeaders?: Readonly<Record<string, string>> }

/** Makes the server for one exchange, of a message with this method; it is never used for a second one. May throw. */
export type MakeServer = (protocolVersion: string, method: string) => ExchangeServer | Promise<ExchangeServer>

export interface ExchangeOptions {
  /** Absolute URL of the request, without its token: the SDK passes it to handlers, nothing fetches it. */
  url: string
  /** Names in lower case, as in `HttpRequest`. */
  headers: Record<string, string>
  /** Aborted when the client leaves: ends the exchange and aborts `ctx.mcpReq.signal` of its handler. */
  signal: AbortSignal
}

// No subscription streams: on Lambda they would run to the function's timeout. `withoutSubscriptions` answers them.
const MODERN_OPTIONS = {
  legacy: 'reject',
  responseMode: 'auto',
  maxSubscriptions: 0,
  keepAliveMs: KEEP_ALIVE_MS,
} as const

/**
 * Answers one parsed body. `message` is any JSON value: anything but a JSON-RPC request or notification gets 400.
 * @returns status, headers (lower case) and a text, or the frames of an event stream. 202 with an empty text for
 *   a notification, 499 with an empty text when `signal` fires before there is an answer.
 * @throws whatever `makeServer` throws; nothing else.
 */
export async function exchange(
  makeServer: MakeServer,
  message: unknown,
  { url, headers, signal }: ExchangeOptions,
): Promise<HttpResponse> {
  if (!isJsonContentType(headers['content-type'] ?? null)) {
    return failure(415, -32000, 'Unsupported Media Type: Content-Type must be application/json', null)
  }
  if (signal.aborted) return CLIENT_GONE
  const taken = lenientMessage(message)
  const body = acceptsStream(headers) ? taken : withoutProgressToken(taken)
  const { 'mcp-protocol-version': version, 'mcp-method': method, 'mcp-name': name } = headers
  const route = classifyInboundRequest({
    httpMethod: 'POST',
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
    ...(name !== undefined && { mcpNameHeader: name }),
    body,
  })
  if (route.kind !== 'legacy') {
    const revision = route.kind === 'modern' ? route.classification.revision : undefined
    const server = await makeServer(revision ?? MODERN_VERSION, methodOf(body))
    const request = new Request(url, { method: 'POST', headers, signal })
    const response = withoutSubscriptions(body, await modernExchange(server, body, request))
    return withHeaders(response, server.responseHeaders)
  }
  if (!isJSONRPCRequest(body) && !isJSONRPCNotification(body))
    return failure(400, -32600, 'Invalid Request: send one JSON-RPC request or notification', null)
  const server = await makeServer(route.requestedVersion ?? UNNAMED_VERSION, body.method)
  if (isJSONRPCNotification(body)) return legacyNotification(server, body)
  return withHeaders(await legacyRequest(server, body, version, signal), server.responseHeaders)
}

function methodOf(message: unknown): string {
  return isObject(message) && typeof message.method === 'string' ? message.method : ''
}

function withHeaders(response: HttpResponse, more: Record<string, string> | undefined): HttpResponse {
  return more ? { ...response, headers: { ...response.headers, ...more } } : response
}

/**
 * For a subscription over its limit, which is 0, the SDK answers with an internal error; for a method that a server does
 * not have, the protocol wants -32601. Earlier errors (headers, version) stay as they are.
 */
function withoutSubscriptions(message: unknown, response: HttpResponse): HttpResponse {
  const isAsked = isJSONRPCRequest(message) && message.method === 'subscriptions/listen'
  return isAsked && response.status === 200 ? failure(404, -32601, 'Method not found', message.id) : response
}

const ACCEPTED: HttpResponse = { status: 202, headers: {}, body: '' }

function failure(status: number, code: number, message: string, id: string | number | null): HttpResponse {
  return jsonRpcErrorResponse(status, { code, message }, id)
}

function acceptsStream(headers: Record<string, string>): boolean {
  return headers.accept?.includes('text/event-stream') ?? false
}

/** A client that does not accept streams cannot get progress: without the token nothing is sent before the response. */
function withoutProgressToken(message: unknown): unknown {
  if (!isObject(message) || !isObject(message.params) || !isObject(message.params._meta)) return message
  if (!('progressToken' in message.params._meta)) return message
  const { progressToken: _, ...meta } = message.params._meta
  return { ...message, params: { ...message.params, _meta: meta } }
}

async function modernExchange(server: Server, body: unknown, request: Request): Promise<HttpResponse> {
  // A handler of its own for each exchange costs some microseconds, and needs no registry of servers by request.
  const response = await createMcpHandler(() => server, MODERN_OPTIONS).fetch(request, { parsedBody: body })
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (name !== 'connection') headers[name] = value
  if (headers['content-type'] === STREAM_HEADERS['content-type'] && response.body) {
    return { status: response.status, headers, body: decoded(response.body) }
  }
  return { status: response.status, headers, body: sendable(await response.text()) }
}

/** The SDK's errors quote what was sent; they are recognized by their numeric codes. */
function sendable(text: string): string {
  const safe = safeJson(text)
  return safe.includes('"error":{"code":-') ? withoutTokens(safe) : safe
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // Each chunk is a whole frame: the SDK encodes one text at a time.
  for await (const chunk of chunks) yield sendable(decoder.decode(chunk))
}

async function legacyNotification(server: Server, message: JSONRPCNotification): Promise<HttpResponse> {
  const transport = new LegacyTransport(undefined)
  await server.connect(transport)
  transport.onmessage?.(message)
  return ACCEPTED
}

async function legacyRequest(
  server: Server,
  message: JSONRPCRequest,
  versionHeader: string | undefined,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const transport = new LegacyTransport(message.id)
  await server.connect(transport)
  const supported = transport.supportedVersions
  if (message.method !== 'initialize' && versionHeader !== undefined && !supported.includes(versionHeader)) {
    const text = `Bad Request: Unsupported protocol version: ${versionHeader} (supported versions: ${supported.join(', ')})`
    return failure(400, -32000, text, message.id)
  }
  return transport.answer(message, signal)
}
