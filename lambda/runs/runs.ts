/** Long runs put together: what waiting, starting once and tasks share, made once per environment. */
import type { TableReader } from '../aws/table-access.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { createStartMemory, type StartMemory } from './start/start-memory.ts'
import type { AttachDeps, Watcher } from './watch/attach-to-watch.ts'
import { createTaskStore, type TaskStore } from './watch/task-store.ts'
import { createWatchStore } from './watch/watch-store.ts'

/** The longest wait with a progress token, where the stage does not set one (docs/protocol.md, Limits). */
export const MAX_WAIT_SECONDS_DEFAULT = 300

/** How long a run is watched where the administrator does not say. */
export const WATCH_LIMIT_HOURS_DEFAULT = 24

export interface Runs {
  now: Clock
  /** 0 to 1, for jitter. */
  random: () => number
  /** Longest wait of a call whose client shows progress. */
  maxWaitSeconds: number
  /** Undefined where long runs are switched off: nothing is watched, remembered or made a task. */
  kept: { watching: AttachDeps; memory: StartMemory; tasks: TaskStore } | undefined
}

/** Runs that nobody watches: waiting looks at Gumloop for as long as the call lasts. */
export function unwatchedRuns({
  now,
  maxWaitSeconds = MAX_WAIT_SECONDS_DEFAULT,
}: {
  now: Clock
  maxWaitSeconds?: number
}): Runs {
  return { now, random: Math.random, maxWaitSeconds, kept: undefined }
}

/** Runs that are watched by `watcher` and remembered in `table`. */
export function watchedRuns({
  table,
  watcher,
  watchLimitMs,
  maxWaitSeconds = MAX_WAIT_SECONDS_DEFAULT,
  now,
  logger,
}: {
  table: TableReader
  watcher: Watcher
  watchLimitMs: number
  maxWaitSeconds?: number
  now: Clock
  logger: Logger
}): Runs {
  const random = Math.random
  const store = createWatchStore(table)
  return {
    now,
    random,
    maxWaitSeconds,
    kept: {
      watching: { store, watcher, watchLimitMs, now, random, logger },
      memory: createStartMemory(table),
      tasks: createTaskStore(table),
    },
  }
}
