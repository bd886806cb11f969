/**
 * One JSON-RPC message in, one HTTP answer out, through the official SDK: the only file that talks to its
 * transports. Which protocol era a message belongs to is decided by the SDK's own classifier, so this file can
 * never disagree with it:
 * - 2026-07-28 goes to the SDK's `createMcpHandler` (header checks, envelope, error statuses, event stream);
 * - 2025-era messages go through a one-message transport of ours, since the SDK's answers those with an event
 *   stream whatever it is asked for, and refuses `Accept` values that real clients send.
 *
 * An answer is JSON, unless the handler sends notifications first (`ctx.mcpReq.notify`), the client gave a
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
  type ProtocolEra,
  type Server,
} from '@modelcontextprotocol/server'
import type { HttpResponse } from '../shared/http-message.ts'
import { jsonRpcErrorResponse } from '../shared/json-rpc-error.ts'
import { isObject } from '../shared/json-value.ts'
import { CLIENT_GONE, KEEP_ALIVE_MS, LegacyTransport, STREAM_HEADERS } from './legacy-transport.ts'

/** Makes the server for one exchange; it is never used for a second one. May refuse by throwing. */
export type MakeServer = (era: ProtocolEra) => Server | Promise<Server>

export interface ExchangeOptions {
  /** Absolute URL the message came to, without its token: the SDK shows it to handlers, nobody fetches it. */
  url: string
  /** Names in lower case, as in `HttpRequest`. */
  headers: Record<string, string>
  /** Aborted when the client leaves: ends the exchange and aborts `ctx.mcpReq.signal` of its handler. */
  signal: AbortSignal
}

/** The server to make for a request that `createMcpHandler` is working on, and what its making threw. */
interface Pending {
  makeServer: MakeServer
  failure?: { thrown: unknown }
}
const pendingByRequest = new WeakMap<object, Pending>()

const modern = createMcpHandler(
  async context => {
    const pending = context.requestInfo && pendingByRequest.get(context.requestInfo)
    if (!pending) throw new Error('A request reached the SDK without its server')
    try {
      return await pending.makeServer('modern')
    } catch (thrown) {
      pending.failure = { thrown }
      throw thrown
    }
  },
  // No subscription stream: on Lambda it would run to the function's timeout. `withoutSubscriptions` says it properly.
  { legacy: 'reject', responseMode: 'auto', maxSubscriptions: 0, keepAliveMs: KEEP_ALIVE_MS },
)

/**
 * Answers one parsed body. `message` is any JSON value: what is no JSON-RPC request or notification gets 400.
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
  const body = acceptsStream(headers) ? message : withoutProgressToken(message)
  const { 'mcp-protocol-version': version, 'mcp-method': method, 'mcp-name': name } = headers
  const route = classifyInboundRequest({
    httpMethod: 'POST',
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
    ...(name !== undefined && { mcpNameHeader: name }),
    body,
  })
  if (route.kind !== 'legacy') {
    const request = new Request(url, { method: 'POST', headers, signal })
    return withoutSubscriptions(body, await modernExchange(makeServer, body, request))
  }
  if (isJSONRPCRequest(body)) return legacyRequest(makeServer, body, version, signal)
  if (isJSONRPCNotification(body)) return legacyNotification(makeServer, body)
  return failure(400, -32600, 'Invalid Request: send one JSON-RPC request or notification', null)
}

/**
 * The SDK serves subscriptions or calls their limit reached, an internal error. The protocol's word for a method that a
 * server does not offer is another one. What was refused before (headers, version) stays refused.
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

/** A client that cannot take a stream has no use for progress: without the token nothing is sent before the answer. */
function withoutProgressToken(message: unknown): unknown {
  if (!isObject(message) || !isObject(message.params) || !isObject(message.params._meta)) return message
  if (!('progressToken' in message.params._meta)) return message
  const { progressToken: _, ...meta } = message.params._meta
  return { ...message, params: { ...message.params, _meta: meta } }
}

async function modernExchange(
  makeServer: MakeServer,
  body: unknown,
  request: Request,
): Promise<HttpResponse> {
  const pending: Pending = { makeServer }
  pendingByRequest.set(request, pending)
  const response = await modern.fetch(request, { parsedBody: body })
  if (pending.failure) throw pending.failure.thrown
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (name !== 'connection') headers[name] = value
  if (headers['content-type'] === STREAM_HEADERS['content-type'] && response.body) {
    return { status: response.status, headers, body: decoded(response.body) }
  }
  return { status: response.status, headers, body: await response.text() }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // Every chunk is a whole frame: the SDK encodes one text at a time.
  for await (const chunk of chunks) yield decoder.decode(chunk)
}

async function legacyNotification(
  makeServer: MakeServer,
  message: JSONRPCNotification,
): Promise<HttpResponse> {
  const server = await makeServer('legacy')
  const transport = new LegacyTransport(undefined)
  await server.connect(transport)
  transport.onmessage?.(message)
  return ACCEPTED
}

async function legacyRequest(
  makeServer: MakeServer,
  message: JSONRPCRequest,
  versionHeader: string | undefined,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const server = await makeServer('legacy')
  const transport = new LegacyTransport(message.id)
  await server.connect(transport)
  const supported = transport.supportedVersions
  if (message.method !== 'initialize' && versionHeader !== undefined && !supported.includes(versionHeader)) {
    const text = `Bad Request: Unsupported protocol version: ${versionHeader} (supported versions: ${supported.join(', ')})`
    return failure(400, -32000, text, message.id)
  }
  return transport.answer(message, signal)
}
