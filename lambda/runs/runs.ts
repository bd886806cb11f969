/** Long runs as the layers to the right use them, put together once per environment. */
import type { TableReader } from '../aws/table-access.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { RunRef } from './run.ts'
import { createStartStore, type StartStore } from './start/start-store.ts'
import { MAX_WAIT_SECONDS_DEFAULT } from './wait-limit.ts'
import type { WatchDeps } from './watch/attach-to-watch.ts'
import type { PollScheduler } from './watch/poll-scheduler.ts'
import { createRunPointerStore } from './watch/run-pointer-store.ts'
import type { RunReport } from './watch/run-report.ts'
import { createTaskStore, type TaskStore } from './watch/task-store.ts'
import { reportRun, waitForRun } from './watch/wait-for-run.ts'
import type { AttachRequest, WaitRequest } from './watch/wait-request.ts'
import type { Watch } from './watch/watch.ts'
import { createWatchStore } from './watch/watch-store.ts'

/** How long a run is watched where the administrator does not say. */
export const WATCH_LIMIT_HOURS_DEFAULT = 24

export interface Runs {
  now: Clock
  /** Longest wait of a call whose client shows progress. */
  maxWaitSeconds: number
  /** Holds the call until the run is over, asks for a decision, or the time is up. @throws AppError as `waitForRun`. */
  wait(request: WaitRequest): Promise<RunReport>
  /**
   * Something was sent to the run through this server: what is recorded of its turn does not count until the run has
   * been observed again. Throws when that could not be recorded.
   */
  invalidate(run: RunRef): Promise<void>
  /** Undefined where long runs are switched off. */
  starts: StartStore | undefined
  /** Undefined where long runs are switched off: nothing is watched or stored. */
  tracking: RunTracking | undefined
}

/** What only watched runs have. */
export interface RunTracking {
  tasks: TaskStore
  /** How long a turn may be watched. */
  watchLimitMs: number
  /** Attaches once and reports, without holding the call. @throws AppError as `reportRun`. */
  report(request: AttachRequest): Promise<RunReport>
  /** The stored watch of a turn, strongly consistent; undefined: there is none (any more). */
  watch(watchId: string): Promise<Watch | undefined>
}

/** Runs that nobody watches: waiting polls Gumloop for as long as the call lasts. */
export function unwatchedRuns({
  now,
  maxWaitSeconds = MAX_WAIT_SECONDS_DEFAULT,
}: {
  now: Clock
  maxWaitSeconds?: number
}): Runs {
  return {
    now,
    maxWaitSeconds,
    wait: request => waitForRun(request, { now, random: Math.random, watching: undefined }),
    invalidate: async () => undefined,
    starts: undefined,
    tracking: undefined,
  }
}

/** Runs that are polled through `scheduler` and recorded in `table`. */
export function watchedRuns({
  table,
  scheduler,
  watchLimitMs,
  maxWaitSeconds = MAX_WAIT_SECONDS_DEFAULT,
  now,
  logger,
}: {
  table: TableReader
  scheduler: PollScheduler
  watchLimitMs: number
  maxWaitSeconds?: number
  now: Clock
  logger: Logger
}): Runs {
  const watching: WatchDeps = {
    watches: createWatchStore(table),
    pointers: createRunPointerStore(table),
    scheduler,
    watchLimitMs,
    now,
    random: Math.random,
    logger,
  }
  return {
    now,
    maxWaitSeconds,
    wait: request => waitForRun(request, { now, random: Math.random, watching }),
    invalidate: run => watching.pointers.invalidate(run, now()),
    starts: createStartStore(table),
    tracking: {
      tasks: createTaskStore(table),
      watchLimitMs,
      report: request => reportRun(request, watching),
      watch: watchId => watching.watches.get(watchId),
    },
  }
}
