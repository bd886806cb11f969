/** An error → the JSON-RPC error of a method that is not a tool call: resources, completion, tasks. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { AppError, ErrorCode } from '../shared/errors.ts'
import { toToolError } from '../tools/tool-error.ts'

/** Errors that the caller can fix. */
const CALLERS_ERRORS: ErrorCode[] = [
  'invalid_arguments',
  'not_found',
  'payload_too_large',
  'upstream_rejected',
]

/** The text is that of a tool's result, since clients show it to the model or the user. */
export function toProtocolError(error: AppError): ProtocolError {
  const { content, structuredContent } = toToolError(error)
  const [first] = content
  const code = CALLERS_ERRORS.includes(error.code)
    ? ProtocolErrorCode.InvalidParams
    : ProtocolErrorCode.InternalError
  return new ProtocolError(code, first?.type === 'text' ? first.text : error.message, structuredContent.error)
}
