/**
 * Ends a call that goes on after its connector stopped allowing it: revoked, disabled, expired, narrowed. A wait brings
 * the connector's items with each read of its watch; for anything else the guard reads them itself, once a second. A
 * call that is over before its first check costs next to nothing.
 */
import type { RequestContext } from '../auth/request-context.ts'
import type { Item } from '../aws/attribute-value.ts'
import { findTool } from '../catalog/catalog.ts'
import type { ConnectorConfig } from '../connectors/connector.ts'
import { LIST_ARTIFACTS, mayUse, READ_RUN } from '../runs/observe/connector-rules.ts'
import type { ItemsBeside } from '../runs/watch/wait-request.ts'
import { AppError } from '../shared/errors.ts'
import { callableOver } from './callable-tools.ts'

/** Age at which the last check no longer counts. */
export const CHECK_AFTER_MS = 1000
/** How often open calls are looked at. */
export const CHECK_INTERVAL_MS = 250
/** Within which the work of a call that is not allowed has to end by itself; after that the call ends without it. */
export const GRACE_MS = 250
/** A table that cannot be read for a short time must not end a call; for longer, nobody knows whether it is allowed. */
const TOLERATED_FAILURES = 5

export interface PermitGuard {
  /** Aborted when the client leaves (up to `CHECK_INTERVAL_MS` later, at the beginning of a call), or when the connector no longer allows the call. */
  signal: AbortSignal
  /** For a wait, which then reads the connector's items beside its watch. */
  beside: ItemsBeside
  /** What comes of `work`; undefined when it has not ended soon after the call was no longer allowed. */
  whileAllowed<T>(work: Promise<T>): Promise<T | undefined>
  /** Why the call was ended; undefined: it was not. */
  ended: () => AppError | undefined
  stop: () => void
}

/** @param toolName undefined: what is called is no tool, and only the connector itself is checked. */
export function guardPermit({ permit, principal, signal }: RequestContext, toolName?: string): PermitGuard {
  const abort = new AbortController()
  const leave = () => abort.abort()
  let reason: AppError | undefined
  let checkedMs = Date.now()
  let failures = 0
  let isReading = false
  /** From the first look on: most calls are over before, and a listener costs more than the rest of the guard. */
  let isListening = false
  let onEnd: (() => void) | undefined
  /** What the call showed when it began. */
  let needed: string[] | undefined

  function end(error: AppError): void {
    if (reason !== undefined) return
    reason = error
    openCalls.delete(check)
    abort.abort()
    onEnd?.()
  }

  function onItems(items: readonly (Item | undefined)[]): void {
    const nowMs = Date.now()
    checkedMs = nowMs
    failures = 0
    needed ??= allowed(neededBy(toolName), principal.config)
    const config = permit.configFrom(items, nowMs)
    if (config === undefined || allowed(needed, config).length < needed.length) end(notAllowed())
  }

  async function check(nowMs: number): Promise<void> {
    if (!isListening) {
      isListening = true
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave)
    }
    if (isReading || nowMs - checkedMs < CHECK_AFTER_MS) return
    isReading = true
    try {
      onItems(await permit.read())
    } catch (error) {
      checkedMs = Date.now()
      if (++failures > TOLERATED_FAILURES)
        end(
          new AppError(
            'internal',
            'It could not be checked whether this call is still allowed.',
            { nextStep: 'Try again in a minute.' },
            error,
          ),
        )
    } finally {
      isReading = false
    }
  }

  openCalls.add(check)
  startChecking()
  return {
    signal: abort.signal,
    beside: { keys: permit.keys, onItems },
    whileAllowed: work =>
      new Promise((resolve, reject) => {
        onEnd = () => setTimeout(resolve, GRACE_MS, undefined)
        work.then(resolve, reject)
      }),
    ended: () => reason,
    stop: () => {
      openCalls.delete(check)
      if (isListening) signal.removeEventListener('abort', leave)
    },
  }
}

/** The checks of all calls that are open. One timer serves them all, and only while there are any. */
const openCalls = new Set<(nowMs: number) => Promise<void>>()
let timer: NodeJS.Timeout | undefined

function startChecking(): void {
  timer ??= setInterval(checkOpenCalls, CHECK_INTERVAL_MS).unref()
}

function checkOpenCalls(): void {
  const nowMs = Date.now()
  for (const check of openCalls) void check(nowMs)
  if (openCalls.size > 0) return
  clearInterval(timer)
  timer = undefined
}

function allowed(names: readonly string[], config: ConnectorConfig): string[] {
  const mayCall = callableOver(config)
  return names.filter(name => mayUse(name, mayCall))
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
