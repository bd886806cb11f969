/**
 * Long runs on the local server: watched in this process. Their completion is a log line instead of an EventBridge
 * event.
 */
import type { CredentialsSource } from '../../lambda/accounts/credentials.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import type { GumloopHosts } from '../../lambda/gumloop/build-request.ts'
import { type Runs, WATCH_LIMIT_HOURS_DEFAULT, watchedRuns } from '../../lambda/runs/runs.ts'
import { pollOperation } from '../../lambda/runs/watch/poll-operation.ts'
import type { CompletionEvent } from '../../lambda/runs/watch/watch.ts'
import { createWatchStore } from '../../lambda/runs/watch/watch-store.ts'
import { systemClock } from '../../lambda/shared/clock.ts'
import type { LogFields, Logger } from '../../lambda/shared/logger.ts'
import { LocalPollScheduler } from './local-poll-scheduler.ts'

/** Event name of the log line for a finished run. */
export const RUN_FINISHED_LINE = 'gumloop_run_finished'

export interface LocalRunsOptions {
  tableName: string
  hosts: GumloopHosts
  credentials: CredentialsSource
  logger: Logger
  watchLimitMs?: number
}

/** The caller resumes the scheduler once and closes it at the end. */
export function openRuns({
  tableName,
  hosts,
  credentials,
  logger,
  watchLimitMs = WATCH_LIMIT_HOURS_DEFAULT * 3_600_000,
}: LocalRunsOptions): { runs: Runs; scheduler: LocalPollScheduler } {
  const table = createTableReader({ tableName })
  const stopping = new AbortController()
  const scheduler = new LocalPollScheduler(stopping, {
    watches: createWatchStore(table),
    operation: pollOperation({ hosts, credentials, signal: stopping.signal }),
    sendEvent: async event => logger.info(RUN_FINISHED_LINE, toFields(event)),
    now: systemClock,
    random: Math.random,
    logger,
  })
  return { scheduler, runs: watchedRuns({ table, scheduler, watchLimitMs, now: systemClock, logger }) }
}

/** Log fields are plain values; the list of artifacts becomes JSON. */
function toFields(event: CompletionEvent): LogFields {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}
