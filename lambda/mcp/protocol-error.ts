/** A failure → the JSON-RPC error of a method that is not a tool call: resources, completion, tasks. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { AppError, ErrorCode } from '../shared/errors.ts'
import { toToolError } from '../tools/tool-error.ts'

/** Errors of the caller; no other error is theirs to fix. */
const CALLERS_ERRORS: ErrorCode[] = [
  'invalid_arguments',
  'not_found',
  'payload_too_large',
  'upstream_rejected',
]

/** The same words that a model would read in a tool's result, since clients show them to it or to the person. */
export function toProtocolError(error: AppError): ProtocolError {
  const { content, structuredContent } = toToolError(error)
  const [first] = content
  const code = CALLERS_ERRORS.includes(error.code)
    ? ProtocolErrorCode.InvalidParams
    : ProtocolErrorCode.InternalError
  return new ProtocolError(code, first?.type === 'text' ? first.text : error.message, structuredContent.error)
}
