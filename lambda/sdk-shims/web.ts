/**
 * Replaces the globals `Request`, `Response` and `Headers` in bundles. The first access to Node's own evaluates undici
 * and compiles its WebAssembly. These objects are not sent anywhere: the SDK's API takes and returns them.
 *
 * Only what the SDK uses in this server is implemented, so that anything else fails: no cloning, no reading of a
 * request's body (it is passed in parsed), no redirects, no body types other than text and streams.
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

  /** Names in lower case and sorted, as the Fetch standard requires. */
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

  /** @throws TypeError when `url` is not an absolute URL */
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

  /** The stream that was passed in, else null: a string body is read with `text()`. */
  get body(): Stream | null {
    return typeof this.#body === 'string' ? null : this.#body
  }

  /** @throws TypeError for a stream, which must be read through `body` */
  async text(): Promise<string> {
    if (this.#body !== null && typeof this.#body !== 'string') throw new TypeError('The body is a stream')
    return this.#body ?? ''
  }
}
