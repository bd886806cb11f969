/**
 * What our code and the SDK get for the globals `Request`, `Response` and `Headers` in our bundles. The first
 * touch of Node's own costs 50 ms of a cold start (190 ms at 512 MB): Node then evaluates undici and compiles
 * its WebAssembly. Nothing here is sent anywhere; these are the values in which the SDK speaks about HTTP.
 *
 * Only what the SDK uses on our paths exists, so that anything else fails at once: no cloning, no reading of a
 * request's body (we hand it over parsed), no redirects, no body types but text and a stream.
 */

type HeadersInit = Headers | Record<string, string> | Iterable<readonly [string, string]>

export class Headers {
  readonly #values = new Map<string, string>()

  constructor(init: HeadersInit = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init)
    for (const [name, value] of entries) this.append(name, value)
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value.trim())
  }

  append(name: string, value: string): void {
    const before = this.get(name)
    this.set(name, before === null ? value : `${before}, ${value.trim()}`)
  }

  /** Names in lower case and in order, like the real one's. */
  *[Symbol.iterator](): Generator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) yield [name, this.#values.get(name) ?? '']
  }
}

interface RequestInit {
  method?: string
  headers?: HeadersInit
  signal?: AbortSignal
}

export class Request {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly signal: AbortSignal
  readonly body = null

  /** @throws TypeError for what is no absolute URL */
  constructor(url: string, { method = 'GET', headers, signal }: RequestInit = {}) {
    this.url = new URL(url).href
    this.method = method.toUpperCase()
    this.headers = new Headers(headers)
    this.signal = signal ?? new AbortController().signal
  }
}

interface ResponseInit {
  status?: number
  statusText?: string
  headers?: HeadersInit
}

type Stream = AsyncIterable<Uint8Array>

export class Response {
  readonly status: number
  readonly headers: Headers
  readonly #body: string | Stream | null

  constructor(body: string | Stream | null = null, { status = 200, headers }: ResponseInit = {}) {
    this.#body = body
    this.status = status
    this.headers = new Headers(headers)
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    const response = new Response(JSON.stringify(value), init)
    if (!response.headers.has('content-type')) response.headers.set('content-type', 'application/json')
    return response
  }

  /** The stream it was made with. A text is read with `text()` alone: as a stream it would have to be encoded first. */
  get body(): Stream | null {
    return typeof this.#body === 'string' ? null : this.#body
  }

  /** @throws TypeError for a stream, which is read chunk by chunk */
  async text(): Promise<string> {
    if (this.#body !== null && typeof this.#body !== 'string') throw new TypeError('The body is a stream')
    return this.#body ?? ''
  }
}
