/** An error → what a model reads about it: what was wrong, which argument, what to do next. */
import type { AppError, ErrorCode } from '../shared/errors.ts'
import type { ToolResult } from './tool-result.ts'

/** What to do next where the error itself does not say. Complete by type. */
const ADVICE: Record<ErrorCode, string> = {
  invalid_arguments: 'Correct these arguments and call again.',
  unknown_tool: 'Use a tool from the tool list.',
  unauthorized: 'Ask the administrator for a valid connector URL.',
  not_found: 'Check the id: get it from the list tool for this kind of object.',
  conflict: 'Read its current state first, then decide.',
  account_not_configured: 'Ask the administrator to store a Gumloop API key for this account.',
  credentials_refused:
    "Gumloop rejects this account's API key. Ask the administrator to store a new one; retrying does not help.",
  forbidden:
    "The account's API key, role or plan in Gumloop does not allow this. Tell the user; retrying does not help.",
  insufficient_credits: 'The Gumloop account has too few credits. Tell the user; retrying does not help.',
  rate_limited: 'Wait, then retry the same call.',
  payload_too_large: 'Send less at once.',
  upstream_rejected: 'Correct the arguments as the message says, then call again.',
  upstream_unavailable: 'Try again in a minute.',
  upstream_timeout: 'Try again in a minute.',
  upstream_invalid: 'Try again in a minute. If the error persists, tell the user.',
  cancelled: 'Call again if the result is still needed.',
  internal: 'If the error persists, tell the user.',
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
  return [mayHaveTakenEffect ? 'The change may have been made nevertheless.' : 'Nothing was changed.']
}

/** A change that may have been made must be checked, not retried. */
function adviceFor({ code, details }: AppError): string {
  if (details.mayHaveTakenEffect === true) return 'Check whether the change was made before you retry.'
  return ADVICE[code]
}
