/** What every layer behind the token check knows of one request. Made once, in `http`, and passed down. */
import type { Logger } from '../shared/logger.ts'
import type { Principal } from './authenticate.ts'
import type { Permit } from './permit.ts'

export interface RequestContext {
  /** The connector of the request: its name, its account, its rules. */
  principal: Principal
  /** Whether the caller may still go on, while a call is open. */
  permit: Permit
  /** Epoch ms by which the response must be complete; never later than the principal's own expiry. */
  deadlineMs: number
  /** Aborted when the client leaves, so that no work goes on for it. */
  signal: AbortSignal
  /** For log lines; no secret. */
  requestId: string
  /** The client's own name, for log lines only: nothing depends on it. */
  client?: string
  /** The MCP version of this message, such as `2026-07-28`. */
  protocolVersion: string
  /** Present if the client shows progress: a wait may then last longer. `mcp` adds it, with the message's own signal. */
  onProgress?: (progress: { state: string | null; elapsedMs: number }) => void
  logger: Logger
}
