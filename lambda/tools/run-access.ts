/** What a tool may do with runs, bound to one call: start them once, wait for them, invalidate what was observed. */
import type { RequestContext } from '../auth/request-context.ts'
import type { RunRef } from '../runs/run.ts'
import type { Runs } from '../runs/runs.ts'
import type { StartDeps } from '../runs/start/start-deps.ts'
import { WAIT_SECONDS_WITHOUT_PROGRESS } from '../runs/wait-limit.ts'
import type { RunReport } from '../runs/watch/run-report.ts'
import type { WaitRequest } from '../runs/watch/wait-request.ts'
import { callableOver } from './callable-tools.ts'
import type { Account } from './with-account.ts'

/** Left of the call's time after a wait, for the response itself. */
const ANSWER_MARGIN_MS = 1500
/** An observation that hangs must not hold the call beyond its wait by much. */
const LAST_OBSERVATION_MS = 5000

/** A run that goes on and is watched, so that a task can represent it. */
export type DeferredRun = RunReport & { watchId: string }

/** A run as a call names it: whose it is follows from the connector. */
export type NamedRun = Omit<RunRef, 'accountId' | 'generation'>

/** The argument that names a run. */
export function idField({ kind }: Pick<NamedRun, 'kind'>): 'session_id' | 'run_id' {
  return kind === 'session' ? 'session_id' : 'run_id'
}

export interface Waited {
  report: RunReport
  /** Present if the client takes a task for this run: then the call did not wait. */
  deferred?: DeferredRun
}

export interface RunAccess {
  /** For `startSession` and `startFlowRun`. */
  readonly starting: StartDeps
  /**
   * Waits at most `seconds`, and no longer than this call may. @throws AppError as `waitForRun`.
   * @param mayDefer false: a task in place of the wait is of no use, since the call waits for several runs.
   */
  wait(run: NamedRun, seconds: number, mayDefer?: boolean): Promise<Waited>
  /** A session was sent a message or stopped: the next wait must not rely on what was observed before. */
  invalidate(sessionId: string): Promise<void>
}

/** @param acceptsTask the client takes a task in place of a result that it would have to wait for. */
export function createRunAccess(
  context: RequestContext,
  { generation, operation, observationUntil, signal, beside }: Account,
  runs: Runs,
  acceptsTask: boolean,
): RunAccess {
  const { deadlineMs, onProgress } = context
  const { accountId, connectorId, config } = context.principal
  return {
    get starting() {
      return {
        operation,
        observation: observationUntil(deadlineMs),
        mayCall: callableOver(config),
        starts: runs.starts,
        caller: { accountId, connectorId, generation: generation() },
        now: runs.now,
      }
    },

    async wait(run, seconds, mayDefer = true) {
      const cap = onProgress ? runs.maxWaitSeconds : WAIT_SECONDS_WITHOUT_PROGRESS
      const untilMs = Math.min(runs.now() + Math.min(seconds, cap) * 1000, deadlineMs - ANSWER_MARGIN_MS)
      const request: WaitRequest = {
        run: { ...run, accountId, generation: generation() },
        connectorId,
        untilMs,
        signal,
        beside,
        operation: observationUntil(
          Math.min(deadlineMs, Math.max(untilMs, runs.now()) + LAST_OBSERVATION_MS),
        ),
        ...(onProgress && { onProgress }),
      }
      if (!acceptsTask || !mayDefer || !runs.tracking) return { report: await runs.wait(request) }
      const report = await runs.tracking.report(request)
      return { report, ...deferredOf(report) }
    },

    async invalidate(sessionId) {
      const run = { kind: 'session', id: sessionId, accountId, generation: generation() } as const
      // The poller notices a newer message by itself, only later.
      await runs.invalidate(run).catch(() => undefined)
    },
  }
}

function deferredOf(report: RunReport): { deferred?: DeferredRun } {
  const { outcome, state, watchId, isWatched } = report
  const goesOn = isWatched && outcome === null && state !== 'approval_required'
  return watchId !== undefined && goesOn ? { deferred: { ...report, watchId } } : {}
}
