/** A failure → the only words that a model reads about it: what was wrong, which field, what to do next. */
import type { AppError, ErrorCode } from '../shared/errors.ts'
import type { ToolResult } from './tool-result.ts'

/** What to do next where the error itself does not say. One sentence per code; complete by type. */
const ADVICE: Record<ErrorCode, string> = {
  invalid_arguments: 'Correct these fields and call again.',
  unknown_tool: 'Look at the list of tools.',
  unauthorized: 'Ask the administrator for a valid connector URL.',
  not_found: 'Check the id: list the things first and take the id from there.',
  conflict: 'Look at its present state first, then decide.',
  account_not_configured: 'Ask the administrator to store the Gumloop key of this account.',
  credentials_refused:
    "Gumloop refuses this account's key. Ask the administrator to store a new one; repeating does not help.",
  forbidden:
    "The account's Gumloop key, role or plan does not allow this. Tell the person; repeating does not help.",
  insufficient_credits: 'The Gumloop account has too few credits. Tell the person; repeating does not help.',
  rate_limited: 'Wait, then repeat the same call.',
  payload_too_large: 'Send less at once.',
  upstream_rejected: 'Check the arguments against the message.',
  upstream_unavailable: 'Try again in a minute.',
  upstream_timeout: 'Try again in a minute.',
  upstream_invalid: 'Try again in a minute; if it stays, tell the person.',
  cancelled: 'Call again when it is wanted.',
  internal: 'Try again; if it stays, tell the person.',
}

export function toToolError(error: AppError): ToolResult {
  const { code, message, details } = error
  const { errors, retryAfterSeconds, mayHaveTakenEffect, upstreamStatus, upstreamCode } = details
  const nextStep = details.nextStep ?? adviceFor(error)
  const lines = [
    message,
    ...(errors ?? []).map(error => `- ${error.path === '' ? '' : `${error.path}: `}${error.message}`),
    ...(retryAfterSeconds === undefined ? [] : [`Wait ${retryAfterSeconds} seconds first.`]),
    ...effect(mayHaveTakenEffect),
    nextStep,
  ]
  const described = {
    code,
    message,
    ...(errors && { errors }),
    ...(upstreamStatus !== undefined && { upstream_status: upstreamStatus }),
    ...(upstreamCode !== undefined && { upstream_code: upstreamCode }),
    ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
    ...(mayHaveTakenEffect !== undefined && { may_have_taken_effect: mayHaveTakenEffect }),
    next_step: nextStep,
  }
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    structuredContent: { error: described },
    isError: true,
  }
}

function effect(mayHaveTakenEffect: boolean | undefined): string[] {
  if (mayHaveTakenEffect === undefined) return []
  return [mayHaveTakenEffect ? 'It may have been carried out all the same.' : 'It was not carried out.']
}

/** An unclear failure of a change must be looked into, not repeated. */
function adviceFor({ code, details }: AppError): string {
  if (details.mayHaveTakenEffect === true) return 'Look whether it happened before you repeat it.'
  return ADVICE[code]
}
