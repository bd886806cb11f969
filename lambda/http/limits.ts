/** Limits of the HTTP surface (docs/protocol.md, Limits). */

import { AppError } from '../shared/errors.ts'

/** Lambda accepts 6 MB in all; chats with images need most of it. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024
/** The error of a body beyond that. */
export function bodyTooLarge(): AppError {
  return new AppError('payload_too_large', `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB.`)
}
/** In BUFFERED mode API Gateway times out after 29 s. */
export const BUFFERED_DEADLINE_MS = 25_000
/** Time reserved to send the response before Lambda's own timeout. */
export const LAMBDA_MARGIN_MS = 1500
/**
 * Of the local server: a request that takes longer to arrive (its headers, or all of it) only occupies a connection.
 */
export const HEADERS_TIMEOUT_MS = 15_000
export const REQUEST_TIMEOUT_MS = 60_000
/** Node's default, set here because an error message states it. */
export const MAX_HEADER_BYTES = 16 * 1024
