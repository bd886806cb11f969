/**
 * Ends a call that goes on after its connector stopped allowing it: revoked, disabled, expired, narrowed. A wait brings
 * the connector's item with each read of its watch; for anything else the guard reads it itself, once a second.
 */
import type { RequestContext } from '../auth/request-context.ts'
import type { Item } from '../aws/attribute-value.ts'
import { findTool } from '../catalog/catalog.ts'
import { LIST_ARTIFACTS, mayUse, READ_RUN } from '../runs/observe/connector-rules.ts'
import type { ItemsBeside } from '../runs/watch/wait-request.ts'
import { AppError } from '../shared/errors.ts'
import { callableOver } from './callable-tools.ts'

/** Together with a read, a call ends within two seconds of the change. */
const CHECK_AFTER_MS = 1000
const TICK_MS = 500
/** A table that cannot be read for a short time must not end a call; for longer, nobody knows whether it is allowed. */
const TOLERATED_FAILURES = 5

export interface PermitGuard {
  /** Aborted when the client leaves, or when the connector no longer allows the call. */
  signal: AbortSignal
  /** For a wait, which then reads the connector's item beside its watch. */
  beside: ItemsBeside
  /** Why the call was ended; undefined: it was not. */
  ended: () => AppError | undefined
  stop: () => void
}

/** @param toolName undefined: what is called is no tool, and only the connector itself is checked. */
export function guardPermit({ permit, principal, signal }: RequestContext, toolName?: string): PermitGuard {
  const needed = neededBy(toolName).filter(name => mayUse(name, callableOver(principal.config)))
  const abort = new AbortController()
  let reason: AppError | undefined
  let checkedMs = Date.now()
  let failures = 0
  let isReading = false

  function end(error: AppError): void {
    reason ??= error
    abort.abort()
    clearInterval(timer)
  }

  function onItems(items: readonly (Item | undefined)[]): void {
    const nowMs = Date.now()
    checkedMs = nowMs
    failures = 0
    const config = permit.configFrom(items, nowMs)
    if (config === undefined || !needed.every(name => mayUse(name, callableOver(config)))) end(notAllowed())
  }

  async function check(): Promise<void> {
    if (isReading || Date.now() - checkedMs < CHECK_AFTER_MS) return
    isReading = true
    try {
      onItems(await permit.read())
    } catch (error) {
      checkedMs = Date.now()
      if (++failures > TOLERATED_FAILURES)
        end(
          new AppError('internal', 'It could not be checked whether this call is still allowed.', {}, error),
        )
    } finally {
      isReading = false
    }
  }

  const timer = setInterval(() => void check(), TICK_MS)
  timer.unref()
  return {
    signal: AbortSignal.any([signal, abort.signal]),
    beside: { keys: permit.keys, onItems },
    ended: () => reason,
    stop: () => clearInterval(timer),
  }
}

/** What a call shows while it is open: its tool and, for a run, the operations that read it. */
function neededBy(toolName: string | undefined): string[] {
  if (toolName === undefined) return []
  const isWait = 'wait_seconds' in (findTool(toolName)?.definition.inputSchema.properties ?? {})
  return isWait ? [toolName, ...Object.values(READ_RUN), LIST_ARTIFACTS] : [toolName]
}

function notAllowed(): AppError {
  return new AppError(
    'unauthorized',
    'The connector no longer allows this call: it was revoked, disabled or restricted, or has expired.',
    { nextStep: 'Tell the user. An administrator can say whether another connector is to be used.' },
  )
}
