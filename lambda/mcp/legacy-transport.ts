/** The transport of one message of a 2025 protocol version: see `sdk-exchange.ts`, its only user. */
import type {
  JSONRPCMessage,
  JSONRPCRequest,
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/server'
import type { HttpResponse } from '../shared/http-message.ts'
import { toJson } from '../shared/json-text.ts'
import { withoutTokens } from '../shared/redact.ts'

/** Interval of comment frames on an idle stream, so that no proxy closes it. The SDK's own interval. */
export const KEEP_ALIVE_MS = 15_000
export const JSON_HEADERS = { 'content-type': 'application/json' }
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
/** The response after the client has left; it is never sent. */
export const CLIENT_GONE: HttpResponse = { status: 499, headers: {}, body: '' }

/**
 * A transport for exactly one message. Notifications that a handler sends before its response, for this request, open an
 * event stream; all others are dropped, since there is no channel for them.
 */
export class LegacyTransport implements Transport {
  onclose: (() => void) | undefined
  onerror: ((error: Error) => void) | undefined
  onmessage: Transport['onmessage']
  /** Set by the server when it connects. */
  supportedVersions: string[] = []
  readonly #requestId: string | number | undefined
  #settle: ((response: HttpResponse) => void) | undefined
  #frames: Frames | undefined
  #stopListening: (() => void) | undefined
  #done = false

  constructor(requestId: string | number | undefined) {
    this.#requestId = requestId
  }

  async start(): Promise<void> {}

  setSupportedProtocolVersions = (versions: string[]): void => {
    this.supportedVersions = versions
  }

  /** Passes the request to the connected server. Resolves with its response, or with 499 once `signal` fires; never rejects. */
  async answer(message: JSONRPCRequest, signal: AbortSignal): Promise<HttpResponse> {
    if (signal.aborted) return CLIENT_GONE
    const leave = () => void this.close()
    signal.addEventListener('abort', leave, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', leave)
    return new Promise(resolve => {
      this.#settle = resolve
      this.onmessage?.(message)
    })
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#done) return
    if ('method' in message) {
      if ('id' in message) throw new Error('This server sends no requests to its clients')
      if (options?.relatedRequestId !== this.#requestId) return
      this.#frames ??= this.#openStream()
      this.#frames.push(frameOf(message))
      return
    }
    if (message.id !== this.#requestId) return
    // The server is not closed after its response: it is garbage now, and closing would abort its handler's signal.
    this.#finish()
    if (this.#frames) {
      this.#frames.push(frameOf(message))
      this.#frames.end()
    } else this.#settle?.({ status: 200, headers: JSON_HEADERS, body: textOf(message) })
  }

  /** The client left, or the server was closed: aborts the handler and ends the response. */
  async close(): Promise<void> {
    if (this.#done) return
    this.#finish()
    this.#frames?.end()
    this.#settle?.(CLIENT_GONE)
    this.onclose?.()
  }

  #finish(): void {
    this.#done = true
    this.#stopListening?.()
  }

  #openStream(): Frames {
    const frames = new Frames(() => void this.close())
    this.#settle?.({ status: 200, headers: STREAM_HEADERS, body: frames })
    return frames
  }
}

function frameOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${textOf(message)}\n\n`
}

/** The SDK's errors quote what was sent, such as the name of an unknown tool. */
function textOf(message: JSONRPCMessage): string {
  return 'error' in message ? withoutTokens(toJson(message)) : toJson(message)
}

/** A queue of text frames between the transport and the HTTP response; `onAbandoned` runs when reading stops early. */
class Frames implements AsyncIterable<string> {
  readonly #waiting: string[] = []
  readonly #onAbandoned: () => void
  readonly #keepAlive: NodeJS.Timeout
  #ended = false
  #wake: (() => void) | undefined

  constructor(onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned
    this.#keepAlive = setInterval(() => this.push(': keepalive\n\n'), KEEP_ALIVE_MS)
    this.#keepAlive.unref()
  }

  push(frame: string): void {
    this.#waiting.push(frame)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    clearInterval(this.#keepAlive)
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        const frame = this.#waiting.shift()
        if (frame !== undefined) yield frame
        else if (this.#ended) return
        else
          await new Promise<void>(resolve => {
            this.#wake = resolve
          })
      }
    } finally {
      this.#onAbandoned()
    }
  }
}
