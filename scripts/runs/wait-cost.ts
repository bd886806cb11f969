/** What watching one run costs in AWS, from the pace that the watcher keeps. Pure. */
import { pollWaitSeconds } from '../../lambda/runs/cadence.ts'
import { priceOf } from '../costs/price-table.ts'

/** Wait, Look and IsOver for each look; entering and Over at the end. */
const TRANSITIONS_A_LOOK = 3
const TRANSITIONS_BESIDE = 2
/** What one look of the poller takes: Gumloop's answer, one read, one write. */
const LOOK_SECONDS = 0.4
const POLLER_GB = 128 / 1024
/** The record and its place on the list, 2 KB each. */
const WRITE_UNITS_A_LOOK = 4
const READ_UNITS_A_LOOK = 1
/** Defaults of a stage and of `lambda/runs/wait-for-run.ts`. */
const WAITER_GB = 512 / 1024
export const WAITER_READS_A_SECOND = 1 / 0.9

export interface WaitCost {
  lengthSeconds: number
  /** Looks at Gumloop, the first of the caller included: the same for one waiter and for a thousand. */
  looks: number
  transitions: number
  /** Wall time of the poller, in seconds. */
  pollerSeconds: number
  /** Step Functions, poller, table and event: for a run that is watched, whoever waits. */
  watchUsd: number
  /** The function and its reads for one caller that waits all the time. */
  waiterUsd: number
}

export function waitCost(lengthSeconds: number): WaitCost {
  let polls = 0
  for (let ageMs = 0; ageMs < lengthSeconds * 1000; polls++) {
    ageMs += pollWaitSeconds({ ageMs, random: 0.5 }) * 1000
  }
  const transitions = polls * TRANSITIONS_A_LOOK + TRANSITIONS_BESIDE
  const pollerSeconds = polls * LOOK_SECONDS
  const watchUsd =
    priceOf('stateTransition', transitions) +
    priceOf('lambdaRequest', polls) +
    priceOf('lambdaGbSecond', pollerSeconds * POLLER_GB) +
    priceOf('tableWrite', polls * WRITE_UNITS_A_LOOK) +
    priceOf('tableRead', polls * READ_UNITS_A_LOOK) +
    priceOf('event', 1)
  const waiterUsd =
    priceOf('lambdaGbSecond', lengthSeconds * WAITER_GB) +
    priceOf('tableRead', lengthSeconds * WAITER_READS_A_SECOND)
  return { lengthSeconds, looks: polls + 1, transitions, pollerSeconds, watchUsd, waiterUsd }
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
    const { looks, transitions, pollerSeconds, watchUsd, waiterUsd } = waitCost(seconds)
    return `| ${name} | ${looks} | ${transitions} | ${Math.round(pollerSeconds)} s | ${usd(watchUsd)} | ${usd(waiterUsd)} |`
  })
  return [
    '| A run of | looks at Gumloop | state transitions | poller (128 MB) | to watch it, USD | one caller that waits throughout (512 MB), USD |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n')
}

function usd(amount: number): string {
  return amount.toFixed(5)
}
