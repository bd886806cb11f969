/** What a tool may do with runs, bound to one call: start them once, wait for them, say that they moved on. */
import type { RunKind } from '../catalog/tool.ts'
import type { Operation } from '../gumloop/operation.ts'
import type { RunRef } from '../runs/run.ts'
import type { Runs } from '../runs/runs.ts'
import type { StartDeps } from '../runs/start/start-session.ts'
import { lookOnce, type RunReport, type WaitRequest, waitForRun } from '../runs/watch/wait-for-run.ts'

/** Without progress, clients give up on a call after about a minute (docs/protocol.md). */
const MAX_WAIT_WITHOUT_PROGRESS_SECONDS = 50
/** What is left of the call's time after a wait, for the answer itself. */
const ANSWER_MARGIN_MS = 1500

export interface RunAccess {
  /** For `startSession` and `startFlowRun`. */
  starting: StartDeps
  /** True: the run goes on being watched after a call, so that no end is missed. */
  isWatching: boolean
  /** Waits at most `seconds`, and no longer than this call may. @throws AppError as `waitForRun`. */
  wait(
    run: { kind: RunKind; id: string; scope?: Record<string, string> },
    seconds: number,
  ): Promise<RunReport>
  /** A session was sent something or stopped: the next wait must not believe what was seen before. */
  touched(sessionId: string): Promise<void>
}

export interface RunCall {
  accountId: string
  connectorId: string
  /** Gumloop's operations until that epoch ms. */
  operationUntil: (deadlineMs: number) => Operation
  /** Epoch ms by which the answer must be complete. */
  deadlineMs: number
  signal: AbortSignal
  /** Given where the client shows progress; it then may be kept longer. */
  onProgress?: WaitRequest['onProgress']
  /** The client takes tasks: a run that goes on is given to this, and the call does not wait. */
  onDeferred?: (report: RunReport & { watchId: string }) => void
}

export function createRunAccess(call: RunCall, runs: Runs): RunAccess {
  const { accountId, connectorId, deadlineMs, signal, onProgress, onDeferred } = call
  return {
    isWatching: runs.kept !== undefined,
    starting: {
      operation: call.operationUntil(deadlineMs),
      memory: runs.kept?.memory,
      caller: { accountId, connectorId },
      now: runs.now,
    },

    async wait(run, seconds) {
      const cap = onProgress ? runs.maxWaitSeconds : MAX_WAIT_WITHOUT_PROGRESS_SECONDS
      const untilMs = Math.min(runs.now() + Math.min(seconds, cap) * 1000, deadlineMs - ANSWER_MARGIN_MS)
      const request: WaitRequest = {
        run: runRef(run, accountId),
        connectorId,
        untilMs,
        signal,
        // A look that hangs must not hold the call beyond its wait by much.
        operation: call.operationUntil(Math.min(deadlineMs, Math.max(untilMs, runs.now()) + LAST_LOOK_MS)),
        ...(onProgress && { onProgress }),
      }
      const watching = runs.kept?.watching
      if (onDeferred && watching) {
        const report = await lookOnce(request, { ...runs, watching })
        const { outcome, state, watchId, isWatched } = report
        if (watchId !== undefined && isWatched && outcome === null && state !== 'approval_required') {
          onDeferred({ ...report, watchId })
        }
        return report
      }
      return waitForRun(request, { ...runs, watching })
    },

    async touched(sessionId) {
      const run = runRef({ kind: 'session', id: sessionId }, accountId)
      // The watcher notices a newer message by itself, only later.
      await runs.kept?.watching.store.touch(run, runs.now()).catch(() => undefined)
    },
  }
}

const LAST_LOOK_MS = 5000

function runRef(run: Omit<RunRef, 'accountId'>, accountId: string): RunRef {
  return { ...run, accountId }
}
