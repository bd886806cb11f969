/** `node:http` in front of the core: for the local server and the tests. A client that leaves aborts its request. */
import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { answerClientErrors } from './connection-error.ts'
import { errorResponse } from './error-response.ts'
import { HEADERS_TIMEOUT_MS, MAX_BODY_BYTES, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'
import { MCP_SECURITY_HEADERS } from './security-headers.ts'

export interface NodeServerOptions {
  /** Milliseconds that one request may take in all. */
  deadlineMs: number
  /** Milliseconds that a request may take to arrive; left out: `limits.ts`. */
  headersTimeoutMs?: number
  requestTimeoutMs?: number
}

/** A server that answers with `app`; not listening yet. */
export function createNodeServer(
  app: (request: HttpRequest) => Promise<HttpResponse>,
  options: NodeServerOptions,
): http.Server {
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often Node looks for the late ones.
    connectionsCheckingInterval: Math.ceil(headersTimeoutMs / 3),
    maxHeaderSize: MAX_HEADER_BYTES,
    requireHostHeader: false, // Node would refuse it without a word
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
  const left = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) left.abort()
  })
  if (incoming.headers.host === undefined && incoming.httpVersion === '1.1') {
    const { status, headers, body } = errorResponse('not_http')
    return write(outgoing, {
      status,
      headers: { ...MCP_SECURITY_HEADERS, ...headers, connection: 'close' },
      body,
    })
  }
  const body = await readBody(incoming)
  if (body === undefined) return
  const url = incoming.url ?? '/'
  const cut = url.indexOf('?')
  const response = await app({
    method: incoming.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    headers: headersOf(incoming),
    ...body,
    signal: left.signal,
    deadlineMs: Date.now() + deadlineMs,
    requestId: randomUUID(),
  })
  if (outgoing.destroyed) return
  if (body.bodyTooLarge) return refuseTooLarge(incoming, outgoing, response)
  await write(outgoing, response)
}

/** How long a body that nobody will read may still come in. */
const LINGER_MS = 2000

/**
 * A connection closed over unread bytes is reset, and the reset can overtake the answer: so the answer goes out first,
 * what still comes is thrown away for a moment, and only then is the connection closed.
 */
async function refuseTooLarge(
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

/** The body, or that it is too large; undefined when the client left before it had sent it. */
async function readBody(
  incoming: IncomingMessage,
): Promise<{ body: Buffer; bodyTooLarge?: boolean } | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return { body: Buffer.alloc(0), bodyTooLarge: true }
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      size += chunk.length
      if (size > MAX_BODY_BYTES) return { body: Buffer.alloc(0), bodyTooLarge: true }
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return { body: Buffer.concat(chunks) }
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
