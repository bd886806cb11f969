/** Exchanges over `node:http(s)`, with its agents: proxies, company certificates and Unix sockets work as in any program. */
import http from 'node:http'
import https from 'node:https'
import { ExchangeError, type HttpAnswer, type HttpExchange, type HttpTransport } from './exchange.ts'
import { proxyAgentFor, proxyError } from './proxy-agents.ts'

const agentOptions = { keepAlive: true, maxFreeSockets: 16, timeout: 60_000, scheduling: 'lifo' } as const
const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }

export const nodeTransport: HttpTransport = {
  exchange,
  dropIdleConnections() {
    for (const agent of Object.values(agents)) {
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy()
    }
  },
}

function exchange(request: HttpExchange): Promise<HttpAnswer> {
  const { url, method, body, timeoutMs, maxBytes, signal } = request
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ExchangeError('aborted', false))
    const secure = url.startsWith('https:')
    const { isFresh = false } = request
    const direct = isFresh ? false : secure ? agents.https : agents.http
    const outgoing = (secure ? https : http).request(url, {
      method,
      headers: withLength(request.headers, body),
      agent: request.agent ?? proxyAgentFor(url, { isFresh }) ?? direct,
    })
    let settled = false
    const finish = (act: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: Error) =>
      finish(() => {
        reject(error)
        outgoing.destroy()
      })
    // Before the connection stands, with its certificate checked, nothing of the request has left.
    let isConnected = false
    outgoing.on('socket', socket => {
      isConnected = outgoing.reusedSocket
      // A kept-alive socket serves many requests and never connects again: one listener per request would pile up.
      if (isConnected) return
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        isConnected = true
      })
    })
    // The answer of a proxy that refuses must not pass for one of the server behind it.
    outgoing.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode !== 200) fail(new ExchangeError('failed', false, proxyError(statusCode)))
    })
    const hasLeft = () => isConnected && outgoing.writableFinished
    const onAbort = () => fail(new ExchangeError('aborted', hasLeft()))
    const timer = setTimeout(() => fail(new ExchangeError('timeout', hasLeft())), timeoutMs)
    signal?.addEventListener('abort', onAbort)
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isDead = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      fail(new ExchangeError(isDead ? 'dead_socket' : 'failed', isConnected, error))
    })
    outgoing.on('response', response => {
      receive(response, maxBytes).then(
        received =>
          finish(() =>
            resolve({ status: response.statusCode ?? 0, headers: flatten(response), body: received }),
          ),
        error => fail(error instanceof ExchangeError ? error : new ExchangeError('failed', true, error)),
      )
    })
    outgoing.end(body)
  })
}

function receive(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        reject(new ExchangeError('too_large', true))
        response.destroy()
      } else chunks.push(chunk)
    })
    response.on('end', () =>
      response.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('response cut off')),
    )
    response.on('error', reject)
    response.on('close', () => reject(new Error('response cut off')))
  })
}

function withLength(headers: HttpExchange['headers'], body: HttpExchange['body']): Record<string, string> {
  return body === undefined
    ? { ...headers }
    : { ...headers, 'content-length': String(Buffer.byteLength(body)) }
}

function flatten(response: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
