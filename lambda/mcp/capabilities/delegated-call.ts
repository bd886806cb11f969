/**
 * What reads from Gumloop in the place of a tool: resources and completions. It has the tool's account access and its
 * line in the log, under the tool's own name, so that it is counted, limited and found like a call of the tool. Whether
 * the connector may use the tool is checked before.
 */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { describeCause, type ErrorCode, toAppError } from '../../shared/errors.ts'
import { openAccount } from '../../tools/account-access.ts'
import type { Caller, CallToolDeps } from '../../tools/call-tool.ts'
import { linkOpener } from '../../tools/link-opener.ts'
import type { ToolCall } from '../../tools/tool-call.ts'
import { toToolError } from '../../tools/tool-error.ts'

export interface DelegatedCallRequest {
  /** The MCP method that came in. */
  via: 'resources/read' | 'completion/complete'
  /** The tool that it stands for. */
  tool: string
  caller: Caller
  /** Epoch ms by which it must be over. */
  deadlineMs: number
  signal: AbortSignal
  requestId: string
  client?: string
  onRateLimit?: (headers: Record<string, string>) => void
}

/**
 * Carries `act` out and writes its line.
 * @throws ProtocolError: what `act` threw itself, else -32602 or -32603 with the words that the tool's error would have.
 */
export async function delegateCall<T>(
  request: DelegatedCallRequest,
  deps: CallToolDeps,
  act: (call: Pick<ToolCall, 'operation' | 'openLink'>) => Promise<T>,
): Promise<T> {
  const { caller, via, tool, deadlineMs, signal, requestId } = request
  const startedMs = Date.now()
  const upstream = { calls: 0, status: undefined as number | undefined, durationMs: 0 }
  const finish = (outcome: 'ok' | ErrorCode) =>
    deps.logger.info('tool_call', {
      request_id: requestId,
      connector_id: caller.connectorId,
      account_id: caller.accountId,
      tool,
      via,
      outcome,
      duration_ms: Date.now() - startedMs,
      upstream_calls: upstream.calls,
      upstream_status: upstream.status,
      upstream_ms: upstream.durationMs,
      client: request.client,
    })
  const onAnswer: Parameters<typeof openAccount>[1]['onAnswer'] = answer => {
    upstream.calls++
    upstream.status = answer.status
    upstream.durationMs += answer.durationMs
    request.onRateLimit?.(answer.rateLimitHeaders)
  }
  try {
    const operationUntil = await openAccount(caller.accountId, { signal, onAnswer }, deps)
    const openLink = linkOpener({ deadlineMs, signal }, deps)
    const result = await act({ operation: operationUntil(deadlineMs), openLink })
    finish('ok')
    return result
  } catch (thrown) {
    if (thrown instanceof ProtocolError) {
      finish('not_found')
      throw thrown
    }
    const error = toAppError(thrown)
    finish(error.code)
    if (error.code === 'internal') {
      deps.logger.error('tool_call_failed', { request_id: requestId, tool, reason: describeCause(error) })
    }
    throw toProtocolError(error)
  }
}

/** Errors of the caller; no other error is theirs to fix. */
const ASKED_WRONGLY: ErrorCode[] = [
  'invalid_arguments',
  'not_found',
  'payload_too_large',
  'upstream_rejected',
]

/** The same words that a model would read in the tool's own result, since clients show them to it or to the person. */
function toProtocolError(error: ReturnType<typeof toAppError>): ProtocolError {
  const { content, structuredContent } = toToolError(error)
  const [first] = content
  const code = ASKED_WRONGLY.includes(error.code)
    ? ProtocolErrorCode.InvalidParams
    : ProtocolErrorCode.InternalError
  return new ProtocolError(code, first?.type === 'text' ? first.text : error.message, structuredContent.error)
}
