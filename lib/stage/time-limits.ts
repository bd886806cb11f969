import type { StageConfig } from './stage-config.ts'

/** Time that the function needs after the longest wait to send its response, before Lambda ends it. */
export const TIMEOUT_MARGIN_SECONDS = 10
/** The slowest call that does not wait: a chat completion, 55 s upstream (docs/protocol.md, Limits), rounded up. */
const SLOWEST_CALL_SECONDS = 60
/** API Gateway's limit for a buffered response; a new account has no quota for more. */
const BUFFERED_GATEWAY_SECONDS = 29

/** Timeouts of the admin functions; behind the gateway, just below the gateway's own limit. */
export const ADMIN_TIMEOUT_SECONDS = { iam: 30, gateway: BUFFERED_GATEWAY_SECONDS - 1 } as const

export interface TimeLimits {
  /** Timeout of the MCP function. */
  functionSeconds: number
  /** Timeout of API Gateway, never below the function's, whose own error response is better than the gateway's. */
  gatewaySeconds: number
}

/** How long one call to the MCP endpoint may take in this stage. At most 900 s, by the limits of `stage-config.ts`. */
export function timeLimits(stage: Pick<StageConfig, 'transferMode' | 'maxWaitSeconds'>): TimeLimits {
  if (stage.transferMode === 'BUFFERED') {
    return { functionSeconds: BUFFERED_GATEWAY_SECONDS - 1, gatewaySeconds: BUFFERED_GATEWAY_SECONDS }
  }
  const seconds = Math.max(stage.maxWaitSeconds, SLOWEST_CALL_SECONDS) + TIMEOUT_MARGIN_SECONDS
  return { functionSeconds: seconds, gatewaySeconds: seconds }
}
