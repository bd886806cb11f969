/**
 * The plain request and response values that the whole core works on: no `Request`, no `Response`, since the web globals
 * slow the cold start (docs/decisions/0003-plain-values-on-the-request-path.md).
 */
export interface HttpRequest {
  /** Upper case. */
  method: string
  /** Path below the stage, percent-encoded as it came, without the query: `/mcp/gmcp_…`. */
  path: string
  /** Query string without `?`; empty when there is none. */
  query: string
  /** Names in lower case; a repeated header's values joined by `, `. */
  headers: Record<string, string>
  /** Raw body; empty when there is none. */
  body: Buffer
  /** Set when the body was cut off because it exceeds the limit: it must be refused with 413. */
  bodyTooLarge?: boolean
  /** Aborted when the client leaves (local server); never on Lambda. */
  signal: AbortSignal
  /** Epoch ms by which the answer must be complete. */
  deadlineMs: number
  /** For the log line; no secret. */
  requestId: string
}

export interface HttpResponse {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  /** A whole text, or the chunks of a stream (server-sent events). */
  body: string | AsyncIterable<string>
}
