/**
 * Exchanges over sockets of our own with HTTP/1.1 keep-alive, for Lambda: half the CPU of `node:http`, whose streams and
 * events serve more than one request and one response in memory. Certificates are checked by `node:tls` as everywhere.
 */
import net from 'node:net'
import tls from 'node:tls'
import { ExchangeError, type HttpAnswer, type HttpExchange, type HttpTransport } from './exchange.ts'
import { BodyTooLarge, ResponseError, ResponseParser } from './response-parser.ts'

/** An idle connection that is older is not used again. */
const MAX_IDLE_MS = 60_000
const MAX_IDLE_CONNECTIONS = 16

/** One host that is spoken to. */
interface Origin {
  isSecure: boolean
  hostname: string
  port: number
  /** The `Host` header. */
  host: string
  /** The connection that was used last is used next. */
  idle: Connection[]
  /** A later connection resumes it, which saves most of a handshake. */
  session?: Buffer
}

const origins = new Map<string, Origin>()

export const socketTransport: HttpTransport = {
  exchange,
  dropIdleConnections() {
    for (const { idle } of origins.values()) for (const connection of idle.splice(0)) connection.destroy()
  },
}

async function exchange(request: HttpExchange): Promise<HttpAnswer> {
  if (request.signal?.aborted) throw new ExchangeError('aborted', false)
  const { origin, path } = split(request.url)
  const head = headOf(request, origin.host, path)
  const connection = (request.isFresh ? undefined : takeIdle(origin)) ?? new Connection(origin)
  return connection.exchange(request, head)
}

/** The origin of a URL, parsed once, and the path with its query. */
function split(url: string): { origin: Origin; path: string } {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const name = start === -1 ? url : url.slice(0, start)
  let origin = origins.get(name)
  if (origin === undefined) {
    const { protocol, hostname, port, host } = new URL(name)
    const isSecure = protocol === 'https:'
    origin = {
      isSecure,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isSecure ? 443 : 80) : Number(port),
      host,
      idle: [],
    }
    origins.set(name, origin)
  }
  return { origin, path: start === -1 ? '/' : url.slice(start) }
}

function takeIdle({ idle }: Origin): Connection | undefined {
  for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
    if (connection.isUsable(Date.now())) return connection
    connection.destroy()
  }
  return undefined
}

const INVALID_IN_HEADER = /[^\t\x20-\x7e\x80-\xff]/
const IS_ASCII = /^[\t\r\n\x20-\x7e]*$/
const INVALID_IN_PATH = /[^\x21-\x7e]/

/** Request line and headers. @throws ExchangeError for a character that would end a line. */
function headOf({ method, headers, body, isFresh }: HttpExchange, host: string, path: string): string {
  if (INVALID_IN_PATH.test(path)) throw invalidRequest()
  let head = `${method} ${path} HTTP/1.1\r\n`
  let hasHost = false
  for (const name in headers) {
    const value = headers[name] ?? ''
    if (INVALID_IN_HEADER.test(value)) throw invalidRequest()
    if (name.length === 4 && name.toLowerCase() === 'host') hasHost = true
    head += `${name}: ${value}\r\n`
  }
  if (!hasHost) head += `host: ${host}\r\n`
  if (body !== undefined) head += `content-length: ${Buffer.byteLength(body)}\r\n`
  else if (method !== 'GET' && method !== 'HEAD' && method !== 'DELETE') head += 'content-length: 0\r\n'
  return `${head}connection: ${isFresh ? 'close' : 'keep-alive'}\r\n\r\n`
}

function invalidRequest(): ExchangeError {
  return new ExchangeError(
    'failed',
    false,
    Object.assign(new Error('invalid request'), { code: 'ERR_INVALID_CHAR' }),
  )
}

class Connection {
  readonly #origin: Origin
  readonly #socket: net.Socket
  #isConnected = false
  /** It carried an exchange before this one. */
  #isReused = false
  #isDead = false
  #idleSinceMs = 0
  #idleLimitMs = MAX_IDLE_MS
  #current: Current | undefined

  constructor(origin: Origin) {
    this.#origin = origin
    const { hostname, port, session, isSecure } = origin
    const onConnect = () => {
      this.#isConnected = true
    }
    if (isSecure) {
      const servername = net.isIP(hostname) === 0 ? { servername: hostname } : {}
      const secure = tls.connect({
        host: hostname,
        port,
        ...servername,
        ALPNProtocols: ['http/1.1'],
        ...(session && { session }),
      })
      secure.on('secureConnect', onConnect)
      secure.on('session', (fresh: Buffer) => {
        origin.session = fresh
      })
      this.#socket = secure
    } else this.#socket = net.connect({ host: hostname, port }, onConnect)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    this.#socket.on('end', () => this.#onEnd())
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#onLost(error))
    this.#socket.on('close', () => this.#onLost(new ResponseError('the connection was closed', 'ECONNRESET')))
  }

  isUsable(nowMs: number): boolean {
    return !this.#isDead && this.#socket.writable && nowMs - this.#idleSinceMs < this.#idleLimitMs
  }

  destroy(): void {
    this.#isDead = true
    this.#socket.destroy()
  }

  exchange({ method, body, timeoutMs, maxBytes, signal }: HttpExchange, head: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#fail('aborted')
      signal?.addEventListener('abort', onAbort)
      this.#current = {
        parser: new ResponseParser(method, maxBytes),
        hasData: false,
        timer: setTimeout(() => this.#fail('timeout'), timeoutMs),
        stopListening: () => signal?.removeEventListener('abort', onAbort),
        resolve,
        reject,
      }
      this.#socket.ref()
      if (body === undefined) this.#socket.write(head, 'latin1')
      else if (typeof body === 'string' && IS_ASCII.test(head)) this.#socket.write(head + body)
      else {
        this.#socket.cork()
        this.#socket.write(head, 'latin1')
        this.#socket.write(body)
        this.#socket.uncork()
      }
    })
  }

  #onData(bytes: Buffer): void {
    const current = this.#current
    if (current === undefined) {
      // Bytes that nobody asked for: the connection's state is unknown.
      this.destroy()
      return
    }
    current.hasData = true
    try {
      if (current.parser.push(bytes)) this.#succeed(current)
    } catch (error) {
      this.#fail(error instanceof BodyTooLarge ? 'too_large' : 'failed', toError(error))
    }
  }

  #onEnd(): void {
    const current = this.#current
    this.#isDead = true
    if (current === undefined) return
    try {
      current.parser.end()
      this.#succeed(current)
    } catch (error) {
      this.#onLost(toError(error))
    }
  }

  #onLost(error: NodeJS.ErrnoException): void {
    this.#isDead = true
    const current = this.#current
    if (current === undefined) return
    this.#fail(this.#isReused && !current.hasData ? 'dead_socket' : 'failed', error)
  }

  #succeed({ parser, timer, stopListening, resolve }: Current): void {
    this.#current = undefined
    clearTimeout(timer)
    stopListening()
    const { status, headers, body } = parser
    const { idle } = this.#origin
    const limitMs = idleLimitMs(headers['keep-alive'])
    if (parser.isPersistent && !this.#isDead && limitMs > 0 && idle.length < MAX_IDLE_CONNECTIONS) {
      this.#isReused = true
      this.#idleLimitMs = limitMs
      this.#idleSinceMs = Date.now()
      // An idle connection does not keep a process alive.
      this.#socket.unref()
      idle.push(this)
    } else this.destroy()
    resolve({ status, headers, body })
  }

  #fail(failure: ExchangeError['failure'], cause?: NodeJS.ErrnoException): void {
    const current = this.#current
    if (current === undefined) return
    this.#current = undefined
    clearTimeout(current.timer)
    current.stopListening()
    const isFlushed = this.#socket.writableLength === 0
    const hasLeft = this.#isConnected && (isFlushed || (failure !== 'aborted' && failure !== 'timeout'))
    this.destroy()
    current.reject(new ExchangeError(failure, hasLeft, cause))
  }
}

/** The exchange that a connection carries now. */
interface Current {
  parser: ResponseParser
  /** A part of the response has come. */
  hasData: boolean
  timer: NodeJS.Timeout
  stopListening: () => void
  resolve(answer: HttpAnswer): void
  reject(error: ExchangeError): void
}

/** How long the server keeps an idle connection, less a second in which a request could cross its closing. */
function idleLimitMs(keepAlive: string | undefined): number {
  const seconds = keepAlive === undefined ? undefined : /(?:^|[\s,])timeout=(\d{1,6})/i.exec(keepAlive)?.[1]
  return seconds === undefined ? MAX_IDLE_MS : Math.min(MAX_IDLE_MS, Number(seconds) * 1000 - 1000)
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
