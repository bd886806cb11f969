/**
 * Adapter from `node:http` to the core, for the local server and the tests. A client that disconnects aborts its
 * request.
 */
import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { AppError } from '../shared/errors.ts'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { answerClientErrors } from './connection-error.ts'
import { errorResponse } from './error-response.ts'
import {
  bodyTooLarge,
  HEADERS_TIMEOUT_MS,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
} from './limits.ts'
import { MCP_SECURITY_HEADERS } from './security-headers.ts'

export interface NodeServerOptions {
  /** Milliseconds that one request may take in total. */
  deadlineMs: number
  /** Milliseconds that a request may take to arrive (default: `limits.ts`). */
  headersTimeoutMs?: number
  requestTimeoutMs?: number
}

/** A server for `app`, not listening yet. */
export function createNodeServer(
  app: (request: HttpRequest) => Promise<HttpResponse>,
  options: NodeServerOptions,
): http.Server {
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often Node checks for late requests.
    connectionsCheckingInterval: Math.ceil(headersTimeoutMs / 3),
    maxHeaderSize: MAX_HEADER_BYTES,
    requireHostHeader: false, // Node's own 400 has no body; `serve` sends ours
  }
  const server = http.createServer(limits, (incoming, outgoing) => {
    serve(incoming, outgoing, app, options.deadlineMs).catch(() => outgoing.destroy())
  })
  answerClientErrors(server)
  return server
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  app: (request: HttpRequest) => Promise<HttpResponse>,
  deadlineMs: number,
): Promise<void> {
  const disconnected = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) disconnected.abort()
  })
  if (incoming.headers.host === undefined && incoming.httpVersion === '1.1') {
    const { status, headers, body } = errorResponse('not_http')
    return write(outgoing, {
      status,
      headers: { ...MCP_SECURITY_HEADERS, ...headers, connection: 'close' },
      body,
    })
  }
  let isTooLarge = false
  const url = incoming.url ?? '/'
  const cut = url.indexOf('?')
  const response = await app({
    method: incoming.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    headers: headersOf(incoming),
    readBody: () =>
      readBody(incoming).catch(error => {
        isTooLarge = error instanceof AppError && error.code === 'payload_too_large'
        throw error
      }),
    signal: disconnected.signal,
    deadlineMs: Date.now() + deadlineMs,
    sourceAddress: incoming.socket.remoteAddress,
    requestId: randomUUID(),
  })
  if (outgoing.destroyed) return
  if (isTooLarge) return rejectTooLarge(incoming, outgoing, response)
  await write(outgoing, response)
}

/** How long the rest of a rejected body is still received. */
const LINGER_MS = 2000

/**
 * Closing a connection with unread bytes resets it, and the reset can overtake the response: so the response is sent
 * first, what still arrives is discarded for up to `LINGER_MS`, and then the connection is closed.
 */
async function rejectTooLarge(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: HttpResponse,
): Promise<void> {
  const text = typeof body === 'string' ? body : ''
  outgoing.writeHead(status, { ...headers, connection: 'close', 'content-length': Buffer.byteLength(text) })
  outgoing.write(text)
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, LINGER_MS)
    for (const event of ['end', 'close', 'error']) incoming.once(event, () => resolve())
    incoming.once('close', () => clearTimeout(timer))
    incoming.resume()
  })
  outgoing.end()
}

async function write(outgoing: ServerResponse, { status, headers, body }: HttpResponse): Promise<void> {
  if (typeof body === 'string') {
    const hasBody = status !== 204 && status !== 304
    outgoing.writeHead(status, hasBody ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers)
    outgoing.end(hasBody ? body : undefined)
    return
  }
  outgoing.writeHead(status, headers)
  outgoing.flushHeaders()
  for await (const chunk of body) {
    if (outgoing.destroyed) break
    if (!outgoing.write(chunk)) await drained(outgoing)
  }
  outgoing.end()
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    outgoing.once('drain', resolve)
    outgoing.once('close', resolve)
  })
}

/** The whole body. If the app does not request it, Node discards it as it arrives. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw bodyTooLarge()
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      size += chunk.length
      if (size > MAX_BODY_BYTES) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new AppError('cancelled', 'The client disconnected before its request was complete.', {}, error)
  }
  if (size > MAX_BODY_BYTES) throw bodyTooLarge()
  return Buffer.concat(chunks)
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
