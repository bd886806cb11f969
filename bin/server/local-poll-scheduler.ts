/** The state machine's stand-in on this machine: drives the same poller over the same records, and takes up what a stop left. */
import type { Table } from '../../lambda/aws/table-access.ts'
import { executionName } from '../../lambda/runs/run.ts'
import type { Watcher } from '../../lambda/runs/watch/attach-to-watch.ts'
import { type PollDeps, pollRun } from '../../lambda/runs/watch/poll-run.ts'
import { unfinishedWatches } from '../../lambda/runs/watch/unfinished-watches.ts'
import { describeCause } from '../../lambda/shared/errors.ts'

/** After a poll that failed by our own error: the table or the log could not be written. */
const AFTER_ERROR_SECONDS = 5

export interface LocalPollScheduler extends Watcher {
  /** Watches on what was being watched when the server last stopped, however it stopped. */
  resume(table: Pick<Table, 'query'>): Promise<void>
  /** Stops looking; the records say where to go on. */
  close(): Promise<void>
}

export function createLocalPollScheduler(deps: PollDeps): LocalPollScheduler {
  const timers = new Map<string, NodeJS.Timeout>()
  const polling = new Set<Promise<void>>()
  let isClosed = false

  function schedule(name: string, input: { watch_id: string; attempt: number }, seconds: number): void {
    if (isClosed) return
    timers.set(
      name,
      setTimeout(() => {
        const poll = next(name, input).finally(() => polling.delete(poll))
        polling.add(poll)
      }, seconds * 1000),
    )
  }

  async function next(name: string, input: { watch_id: string; attempt: number }): Promise<void> {
    try {
      const { is_over, wait_seconds } = await pollRun(input, deps)
      if (is_over) timers.delete(name)
      else schedule(name, input, wait_seconds)
    } catch (error) {
      const reason = describeCause(error)
      if (!isClosed) deps.logger.error('run_poll_failed', { watch_id: input.watch_id, reason })
      schedule(name, input, AFTER_ERROR_SECONDS)
    }
  }

  return {
    async start({ watchId, attempt, waitSeconds }) {
      const name = executionName(watchId, attempt)
      if (!timers.has(name)) schedule(name, { watch_id: watchId, attempt }, waitSeconds)
    },

    async resume(table) {
      for (const { watchId, attempt } of await unfinishedWatches(table)) {
        await this.start({ watchId, attempt, waitSeconds: 0, deadlineMs: 0 })
      }
    },

    async close() {
      isClosed = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(polling)
    },
  }
}
