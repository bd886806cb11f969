import type { StageConfig } from './stage-config.ts'

/** What the function needs after the longest wait to write its answer, before Lambda ends it. */
export const TIMEOUT_MARGIN_SECONDS = 10
/** The slowest call that does not wait: a chat completion, 55 s upstream (docs/protocol.md, Limits), rounded up. */
const SLOWEST_CALL_SECONDS = 60
/** API Gateway's limit for an answer in one piece; more takes a quota that a new account does not have. */
const BUFFERED_GATEWAY_SECONDS = 29

/** How long administration may take: by invocation as long as its work takes, behind the gateway just less than that waits. */
export const ADMIN_TIMEOUT_SECONDS = { iam: 30, gateway: BUFFERED_GATEWAY_SECONDS - 1 } as const

export interface TimeLimits {
  /** Lambda ends the MCP function then. */
  functionSeconds: number
  /** API Gateway gives up then. Never before the function, whose own answer is better than the gateway's. */
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
