/** Error responses to what never becomes a request (not HTTP, too slow, too long): JSON, like every other response. */
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorResponse, type RpcErrorReason } from './error-response.ts'
import { MCP_SECURITY_HEADERS } from './security-headers.ts'

/** Error codes of Node's parser and timeouts; any other code means that it was not HTTP. */
const REASONS: Record<string, RpcErrorReason> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too_slow',
}

/** Makes `server` send these error responses. The socket is closed afterwards. */
export function answerClientErrors(server: Server): void {
  const unfinished = new WeakMap<Duplex, Set<ServerResponse>>()
  server.on('request', (_, response) => {
    const { socket } = response
    if (!socket) return
    const open = unfinished.get(socket) ?? new Set()
    unfinished.set(socket, open.add(response))
    response.on('close', () => open.delete(response))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Nothing may be written into a response that has started.
    const isAnswering = [...(unfinished.get(socket) ?? [])].some(response => response.headersSent)
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy()
    const { status, headers, body } = errorResponse(REASONS[error.code ?? ''] ?? 'not_http')
    const all = {
      ...MCP_SECURITY_HEADERS,
      ...headers,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    }
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`)
  })
  server.on('checkExpectation', (_, response) => {
    const { status, headers, body } = errorResponse('expectation_unknown')
    response.writeHead(status, { ...MCP_SECURITY_HEADERS, ...headers, connection: 'close' }).end(body)
  })
}
