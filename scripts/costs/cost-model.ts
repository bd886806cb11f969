/** What a stage costs: standing still, for each call, and in a month of use. Pure; what it assumes is named and tested. */
import { WAITER_READS_A_SECOND, waitCost } from '../runs/wait-cost.ts'
import { PRICE, type PriceName, priceOf } from './price-table.ts'

/** One addend, with how it came about. */
export interface CostLine {
  what: string
  reckoning: string
  usd: number
}

/** Bytes in CloudWatch Logs for one call, each line with the 26 that CloudWatch adds. test/scripts/costs measures them. */
export const LOG_BYTES = {
  /** The line of the call itself, metrics included. */
  call: 870,
  /** Lambda's own two: start and report. */
  lambda: 430,
  access: 440,
}
/** A CloudWatch metric is billed by the hour in which it gets a value. */
const HOURS_IN_MONTH = 730
/** Sums over all calls, faults, starts of environments. */
export const METRICS_OF_ALL_CALLS = 6
export const METRICS_OF_A_TOOL = 2
export const METRICS_OF_A_CONNECTOR = 1
/** Endings that happen: `ok` and the commonest failures. Each is one metric. */
const OUTCOMES_SEEN = 6
/** Managed addresses of bad repute, and the rate. */
export const WAF_RULES = 2
const GB = 1_000_000_000
const MILLION = 1_000_000

export interface Standing {
  accounts: number
  alarms: number
  dashboard: boolean
  waf: boolean
  customerKey: boolean
}

/** What a stage costs in a month in which nobody calls. */
export function standingCosts({ accounts, alarms, dashboard, waf, customerKey }: Standing): CostLine[] {
  return [
    line('a secret for each account', accounts, 'secretMonth'),
    line('alarms', alarms, 'alarmMonth'),
    ...(dashboard ? [line('the dashboard (an account’s first three are free)', 1, 'dashboardMonth')] : []),
    ...(waf ? [line('the firewall', 1, 'wafAclMonth'), line('its rules', WAF_RULES, 'wafRuleMonth')] : []),
    ...(customerKey ? [line('a key of your own', 1, 'keyMonth')] : []),
    { what: 'functions, gateway, state machine, table of a few MB', reckoning: 'nothing runs', usd: 0 },
  ]
}

export interface CallKind {
  /** How long the function works or waits. */
  seconds: number
  memoryMb: number
  /** Seconds of it in which it waits for a run. */
  waitedSeconds?: number
  waf?: boolean
  /** Share of calls that note the minute of the connector's last use: at most one a minute for each connector. */
  notedShare?: number
}

/** What `calls` calls of one kind cost. */
export function callCosts(calls: number, kind: CallKind): CostLine[] {
  const { seconds, memoryMb, waitedSeconds = 0, waf = false, notedShare = 0.1 } = kind
  const logGb = (calls * (LOG_BYTES.call + LOG_BYTES.lambda + LOG_BYTES.access)) / GB
  return [
    line('gateway', calls, 'apiRequest'),
    line('function, requests', calls, 'lambdaRequest'),
    line('function, time', calls * seconds * (memoryMb / 1024), 'lambdaGbSecond'),
    line('table, the connector’s record', calls, 'tableRead'),
    ...(waitedSeconds > 0
      ? [line('table, looking while waiting', calls * waitedSeconds * WAITER_READS_A_SECOND, 'tableRead')]
      : []),
    line('table, minute of last use', calls * notedShare, 'tableWrite'),
    line('logs', logGb, 'logGb'),
    ...(waf ? [line('firewall', calls, 'wafRequest')] : []),
  ]
}

export interface Month extends Standing {
  connectors: number
  /** Tools in use. */
  tools: number
  /** Hours of the month in which somebody calls. */
  busyHours: number
  /** Calls that do not wait for a run. */
  calls: number
  /** Their mean time. */
  callSeconds: number
  /** Runs that are watched, each waited for by one caller to its end. */
  runs: number
  runSeconds: number
  memoryMb: number
}

/** A month of use, in a few lines. */
export function monthCosts(month: Month): CostLine[] {
  const { calls, callSeconds, runs, runSeconds, memoryMb, waf } = month
  const { watchUsd } = waitCost(runSeconds)
  const waits = { seconds: runSeconds, waitedSeconds: runSeconds, memoryMb, waf }
  return [
    { what: 'standing', reckoning: '', usd: totalUsd(standingCosts(month)) },
    {
      what: 'calls',
      reckoning: '',
      usd: totalUsd(callCosts(calls, { seconds: callSeconds, memoryMb, waf })),
    },
    { what: 'waits', reckoning: '', usd: totalUsd(callCosts(runs, waits)) },
    { what: 'runs watched', reckoning: '', usd: runs * watchUsd },
    { what: 'metrics', reckoning: '', usd: metricsUsd(month) },
  ]
}

/** Metrics of calls, for the hours in which there are any. */
export function metricsUsd({
  tools,
  connectors,
  busyHours,
}: Pick<Month, 'tools' | 'connectors' | 'busyHours'>): number {
  const metrics =
    METRICS_OF_ALL_CALLS + OUTCOMES_SEEN + tools * METRICS_OF_A_TOOL + connectors * METRICS_OF_A_CONNECTOR
  return priceOf('metricMonth', metrics) * (busyHours / HOURS_IN_MONTH)
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0)
}

function line(what: string, count: number, price: PriceName): CostLine {
  return { what, reckoning: reckoningOf(count, price), usd: priceOf(price, count) }
}

function reckoningOf(count: number, name: PriceName): string {
  const { usd, per, of } = PRICE[name]
  const rate = `${usd}${per === 1 ? '' : per === MILLION ? ' a million' : ` per ${per.toLocaleString('en')}`}`
  const shown = count >= 100_000 ? `${short(count / MILLION)} million` : short(count)
  return `${of}: ${shown} × ${rate}`
}

/** At most three digits that mean something. */
function short(count: number): string {
  return String(Number(count.toPrecision(3)))
}
