/**
 * Polls in this process what the state machine polls on AWS: the same poller, the same records; resumes after a stop.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Table } from '../../lambda/aws/table-access.ts'
import { executionName } from '../../lambda/runs/run.ts'
import { type PollDeps, type PollInput, pollRun } from '../../lambda/runs/watch/poll-run.ts'
import type { PollScheduler } from '../../lambda/runs/watch/poll-scheduler.ts'
import { unfinishedWatches } from '../../lambda/runs/watch/unfinished-watches.ts'
import { describeCause } from '../../lambda/shared/errors.ts'

/** Delay after a poll that failed with our own error, such as a failed write to the table. */
const AFTER_ERROR_SECONDS = 5

/** After a restart, polls that are overdue are spread: Gumloop limits requests. */
/** A table that does not answer must not hold up a stop either. */
const LONGEST_STOP_MS = 1_500
const RESUMED_PER_SECOND = 20
const LONGEST_RESUME_SECONDS = 60

export class LocalPollScheduler implements PollScheduler {
  readonly #deps: PollDeps
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #polling = new Set<Promise<void>>()
  readonly #stopping: AbortController
  #isClosed = false

  /** @param stopping aborted when the server stops: a poll that Gumloop does not answer must not hold it up. */
  constructor(stopping: AbortController, deps: PollDeps) {
    this.#stopping = stopping
    this.#deps = deps
  }

  async schedule({
    watchId,
    attempt,
    waitSeconds,
  }: {
    watchId: string
    attempt: number
    waitSeconds: number
  }) {
    const name = executionName(watchId, attempt)
    if (!this.#timers.has(name)) this.#pollAfter(waitSeconds, name, { watch_id: watchId, attempt })
  }

  /**
   * Polls what was being watched for this account when the server last stopped, however it stopped. Runs of the other
   * account stay watched until a start serves it again.
   */
  async resume(table: Pick<Table, 'query'>, accountId: string): Promise<void> {
    const onUnreadable = (item: string) => this.#deps.logger.warn('record_unreadable', { item })
    let resumed = 0
    for (const { watchId, attempt, run, nextPollAtMs } of await unfinishedWatches(table, onUnreadable)) {
      if (run.accountId !== accountId) continue
      const dueSeconds = (nextPollAtMs - this.#deps.now()) / 1000
      const waitSeconds = Math.max(dueSeconds, resumed++ / RESUMED_PER_SECOND)
      await this.schedule({ watchId, attempt, waitSeconds: Math.min(waitSeconds, LONGEST_RESUME_SECONDS) })
    }
  }

  /** Stops polling; the records say where to resume. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#stopping.abort()
    await Promise.race([Promise.all(this.#polling), sleep(LONGEST_STOP_MS, undefined, { ref: false })])
  }

  #pollAfter(seconds: number, name: string, input: PollInput): void {
    if (this.#isClosed) return
    const timer = setTimeout(() => {
      const poll = this.#poll(name, input).finally(() => this.#polling.delete(poll))
      this.#polling.add(poll)
    }, seconds * 1000)
    this.#timers.set(name, timer)
  }

  async #poll(name: string, input: PollInput): Promise<void> {
    try {
      const { is_over, wait_seconds } = await pollRun(input, this.#deps)
      if (is_over) this.#timers.delete(name)
      else this.#pollAfter(wait_seconds, name, input)
    } catch (error) {
      if (!this.#isClosed) {
        const fields = { watch_id: input.watch_id, reason: describeCause(error) }
        this.#deps.logger.error('run_poll_failed', fields)
      }
      this.#pollAfter(AFTER_ERROR_SECONDS, name, input)
    }
  }
}
