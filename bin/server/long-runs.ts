/** Long runs on this machine: watched in this process; their end is a line in the log, where AWS sends an event. */
import type { CredentialsSource } from '../../lambda/accounts/credentials.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import type { GumloopHosts } from '../../lambda/gumloop/build-request.ts'
import { type Runs, WATCH_LIMIT_HOURS_DEFAULT, watchedRuns } from '../../lambda/runs/runs.ts'
import type { CompletionEvent } from '../../lambda/runs/watch/completion-event.ts'
import { pollOperation } from '../../lambda/runs/watch/poll-operation.ts'
import { createWatchStore } from '../../lambda/runs/watch/watch-store.ts'
import { systemClock } from '../../lambda/shared/clock.ts'
import type { LogFields, Logger } from '../../lambda/shared/logger.ts'
import { createLocalPollScheduler, type LocalPollScheduler } from './local-poll-scheduler.ts'

/** What the line of a run's end is called. */
export const RUN_FINISHED_LINE = 'gumloop_run_finished'

export interface LocalRunsOptions {
  tableName: string
  hosts: GumloopHosts
  credentials: CredentialsSource
  logger: Logger
  watchLimitMs?: number
}

/** The watcher has to be resumed once, and closed at the end. */
export function openRuns({
  tableName,
  hosts,
  credentials,
  logger,
  watchLimitMs = WATCH_LIMIT_HOURS_DEFAULT * 3_600_000,
}: LocalRunsOptions): { runs: Runs; watcher: LocalPollScheduler } {
  const table = createTableReader({ tableName })
  const watcher = createLocalPollScheduler({
    store: createWatchStore(table),
    operation: pollOperation({ hosts, credentials }),
    tell: async finished => logger.info(RUN_FINISHED_LINE, toFields(finished)),
    now: systemClock,
    random: Math.random,
    logger,
  })
  return { watcher, runs: watchedRuns({ table, watcher, watchLimitMs, now: systemClock, logger }) }
}

/** A line holds plain values; the list of artifacts becomes its JSON. */
function toFields(finished: CompletionEvent): LogFields {
  return Object.fromEntries(
    Object.entries(finished).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}
