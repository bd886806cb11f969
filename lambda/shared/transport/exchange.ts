/** One HTTP exchange with another server: the request, the answer, and how it fails. */
import type { Agent } from 'node:http'

export interface HttpExchange {
  /** Absolute `http:` or `https:` URL. */
  url: string
  method: string
  /** Without `host`, `connection` and `content-length`, which the transport writes, unless the caller has signed one. */
  headers: Readonly<Record<string, string>>
  body?: string | Buffer
  /** Milliseconds until the last byte of the response must have arrived. */
  timeoutMs: number
  /** Larger bodies are refused. */
  maxBytes: number
  signal?: AbortSignal
  /** Opens a connection for this exchange alone. */
  isFresh?: boolean
  /** Another agent than the default; for `node:http` only. */
  agent?: Agent
}

export interface HttpAnswer {
  status: number
  /** Names in lower case; values of a repeated header are joined as `node:http` joins them. */
  headers: Record<string, string>
  /** As it came over the wire, not decompressed. */
  body: Buffer
}

/**
 * - `aborted`: the signal fired. - `timeout`. - `too_large`: the body exceeds `maxBytes`.
 * - `dead_socket`: a kept-alive connection that the server had closed before it read the request.
 * - `failed`: no connection, or no valid response.
 */
export type ExchangeFailure = 'aborted' | 'timeout' | 'too_large' | 'dead_socket' | 'failed'

/** Its message may contain an address: show `code` only. */
export class ExchangeError extends Error {
  readonly failure: ExchangeFailure
  /** Whether the request, or a part of it, may have reached the server. */
  readonly hasLeft: boolean
  /** Node's code of the cause, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly code: string | undefined

  constructor(failure: ExchangeFailure, hasLeft: boolean, cause?: Error & { code?: string | undefined }) {
    super(cause?.message ?? failure, { cause })
    this.failure = failure
    this.hasLeft = hasLeft
    this.code = cause?.code
  }
}

export interface HttpTransport {
  /** Resolves with the whole response, whatever its status. @throws ExchangeError */
  exchange(exchange: HttpExchange): Promise<HttpAnswer>
  /** Closes the connections that no exchange uses: after a frozen process resumes, all of them may be dead. */
  dropIdleConnections(): void
}
