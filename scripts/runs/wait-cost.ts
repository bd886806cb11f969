/** The AWS costs of watching one run, computed from the poller's intervals. Pure. */
import { READ_INTERVAL_MS } from '../../lambda/runs/watch/follow-watch.ts'
import { pollIntervalSeconds } from '../../lambda/runs/watch/poll-interval.ts'
import { POLLER_MEMORY_MB } from '../../lib/runs/run-workflow-definition.ts'
import { priceOf } from '../costs/price-table.ts'

/** Three state transitions per poll, plus one at the start and one at the end. */
const TRANSITIONS_PER_POLL = 3
const TRANSITIONS_PER_RUN = 2
/** Duration of one poll: Gumloop's response, one read, one write. */
const POLL_SECONDS = 0.4
const POLLER_GB = POLLER_MEMORY_MB / 1024
/** The item and its index entry, 2 KB each. */
const WRITE_UNITS_PER_POLL = 4
const READ_UNITS_PER_POLL = 1
/** The default memory of a stage's MCP function. */
const WAITER_GB = 512 / 1024
export const WAITER_READS_PER_SECOND = 1000 / READ_INTERVAL_MS

export interface WaitCost {
  lengthSeconds: number
  /** Requests to Gumloop, including the caller's first observation. Independent of the number of waiters. */
  polls: number
  transitions: number
  /** Wall time of the poller, in seconds. */
  pollerSeconds: number
  /** Step Functions, poller, table and event, per watched run. Independent of the number of waiters. */
  watchUsd: number
  /** The function and its reads, for one caller that waits to the end. */
  waiterUsd: number
}

export function waitCost(lengthSeconds: number): WaitCost {
  let pollerRuns = 0
  for (let ageMs = 0; ageMs < lengthSeconds * 1000; pollerRuns++) {
    ageMs += pollIntervalSeconds({ ageMs, random: 0.5 }) * 1000
  }
  const transitions = pollerRuns * TRANSITIONS_PER_POLL + TRANSITIONS_PER_RUN
  const pollerSeconds = pollerRuns * POLL_SECONDS
  const watchUsd =
    priceOf('stateTransition', transitions) +
    priceOf('lambdaRequest', pollerRuns) +
    priceOf('lambdaGbSecond', pollerSeconds * POLLER_GB) +
    priceOf('tableWrite', pollerRuns * WRITE_UNITS_PER_POLL) +
    priceOf('tableRead', pollerRuns * READ_UNITS_PER_POLL) +
    priceOf('event', 1)
  const waiterUsd =
    priceOf('lambdaGbSecond', lengthSeconds * WAITER_GB) +
    priceOf('tableRead', lengthSeconds * WAITER_READS_PER_SECOND)
  return { lengthSeconds, polls: pollerRuns + 1, transitions, pollerSeconds, watchUsd, waiterUsd }
}

const LENGTHS: [name: string, seconds: number][] = [
  ['10 seconds', 10],
  ['1 minute', 60],
  ['10 minutes', 600],
  ['1 hour', 3600],
]

/** The table of docs/long-runs.md. */
export function waitCostTable(): string {
  const rows = LENGTHS.map(([name, seconds]) => {
    const { polls, transitions, pollerSeconds, watchUsd, waiterUsd } = waitCost(seconds)
    return `| ${name} | ${polls} | ${transitions} | ${Math.round(pollerSeconds)} s | ${usd(watchUsd)} | ${usd(waiterUsd)} |`
  })
  return [
    '| Length of the run | polls of Gumloop | state transitions | poller (128 MB) | watching it, USD | one caller waiting throughout (512 MB), USD |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n')
}

function usd(amount: number): string {
  return amount.toFixed(5)
}
