/** What never becomes a request (no HTTP, too slow, too long) is answered like everything else: JSON, and no more said. */
import type { Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorResponse, type RpcErrorReason } from './error-response.ts'
import { MCP_SECURITY_HEADERS } from './security-headers.ts'

/** Codes of Node's parser and of its clock; any other means that it was no HTTP. */
const REASONS: Record<string, RpcErrorReason> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too_slow',
}

/** Makes `server` answer such things itself. The socket is closed after the answer. */
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
    // Into an answer that has begun nothing else may be written.
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
    socket.end(`HTTP/1.1 ${status} Refused\r\n${head.join('')}\r\n${body}`)
  })
  server.on('checkExpectation', (_, response) => {
    const { status, headers, body } = errorResponse('expectation_unknown')
    response.writeHead(status, { ...MCP_SECURITY_HEADERS, ...headers, connection: 'close' }).end(body)
  })
}
