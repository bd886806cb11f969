/** Limits of the HTTP surface (docs/protocol.md, Limits). */

/** Lambda takes 6 MB in all; a chat with images needs the most of it. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024
/** JSON deeper than this is no request of any client, but an attack on whoever walks through it. */
export const MAX_JSON_DEPTH = 100
/** On a gateway that buffers, API Gateway gives up after 29 s. */
export const BUFFERED_DEADLINE_MS = 25_000
/** What we need ourselves before Lambda would stop us. */
export const LAMBDA_MARGIN_MS = 1500
/** Of the local server: a request whose headers, or the whole of it, take longer to arrive holds a connection for nothing. */
export const HEADERS_TIMEOUT_MS = 15_000
export const REQUEST_TIMEOUT_MS = 60_000
/** In bytes; Node's default, named since an answer tells it. */
export const MAX_HEADER_BYTES = 16 * 1024
