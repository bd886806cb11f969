/**
 * The plain request and response values of the core. It does not use `Request` and `Response`, since the web globals
 * slow the cold start (docs/decisions/0003-plain-values-on-the-request-path.md).
 */
export interface HttpRequest {
  /** Upper case. */
  method: string
  /** Path below the stage, percent-encoded as received, without the query: `/mcp/gmcp_…`. */
  path: string
  /** Query string without `?`; empty when there is none. */
  query: string
  /** Names in lower case; a repeated header's values joined by `, `. */
  headers: Record<string, string>
  /**
   * Reads the whole body, empty when there is none. It is called after the token has been checked, since reading costs
   * memory. @throws AppError `payload_too_large` above the limit, `cancelled` when the client left before the end.
   */
  readBody: () => Promise<Buffer>
  /** Aborted when the client disconnects (local server); never on Lambda. */
  signal: AbortSignal
  /** Epoch ms by which the response must be complete. */
  deadlineMs: number
  /** IP address of the client, or of the proxy or tunnel in front of a local server; undefined: not known. */
  sourceAddress?: string | undefined
  /** For log lines; not a secret. */
  requestId: string
}

export interface HttpResponse {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  /** Why the request was rejected, for the log: one of a closed set of words. Adapters do not send it. */
  rejection?: string
  /** The whole body, or the chunks of a stream (server-sent events). */
  body: string | AsyncIterable<string>
}
