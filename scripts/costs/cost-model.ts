/** The costs of a stage: fixed costs, costs per call, and costs of a month of use. Pure; tests check its assumptions. */
import { WAITER_READS_PER_SECOND, waitCost } from '../runs/wait-cost.ts'
import { PRICE, type PriceName, priceOf } from './price-table.ts'

/** One cost item with its calculation. */
export interface CostLine {
  what: string
  calculation: string
  usd: number
}

/** Bytes in CloudWatch Logs for one call, including the 26 that CloudWatch adds per line. test/scripts/costs measures them. */
export const LOG_BYTES = {
  /** The line of the call itself, including metrics. */
  call: 870,
  /** Lambda's own lines START and REPORT. */
  lambda: 430,
  access: 440,
}
/** A CloudWatch metric is billed for each hour in which it gets a value. */
const HOURS_IN_MONTH = 730
/** Sums over all calls, internal errors, cold starts. */
export const METRICS_OF_ALL_CALLS = 6
export const METRICS_OF_A_TOOL = 2
export const METRICS_OF_A_CONNECTOR = 1
/** The outcomes that occur in practice: `ok` and the most common errors. Each is one metric. */
const COMMON_OUTCOMES = 6
/** AWS's managed IP reputation list, and the rate limit. */
export const WAF_RULES = 2
const GB = 1_000_000_000
const MILLION = 1_000_000

export interface FixedParts {
  accounts: number
  alarms: number
  dashboard: boolean
  waf: boolean
  customerKey: boolean
}

/** The costs of a stage in a month without calls. */
export function fixedCosts({ accounts, alarms, dashboard, waf, customerKey }: FixedParts): CostLine[] {
  return [
    line('one secret per account', accounts, 'secretMonth'),
    line('alarms', alarms, 'alarmMonth'),
    ...(dashboard ? [line('the dashboard (an account’s first three are free)', 1, 'dashboardMonth')] : []),
    ...(waf ? [line('the firewall', 1, 'wafAclMonth'), line('its rules', WAF_RULES, 'wafRuleMonth')] : []),
    ...(customerKey ? [line('your own KMS key', 1, 'keyMonth')] : []),
    { what: 'functions, gateway, state machine, table of a few MB', calculation: 'nothing runs', usd: 0 },
  ]
}

export interface CallKind {
  /** The duration of the call. */
  seconds: number
  memoryMb: number
  /** The part of the duration in which the call waits for a run. */
  waitedSeconds?: number
  waf?: boolean
  /** The share of calls that record the connector's last use, which happens at most once per minute and connector. */
  recordedShare?: number
}

/** The costs of a number of calls of one kind. */
export function callCosts(calls: number, kind: CallKind): CostLine[] {
  const { seconds, memoryMb, waitedSeconds = 0, waf = false, recordedShare = 0.1 } = kind
  const logGb = (calls * (LOG_BYTES.call + LOG_BYTES.lambda + LOG_BYTES.access)) / GB
  return [
    line('gateway', calls, 'apiRequest'),
    line('function, requests', calls, 'lambdaRequest'),
    line('function, time', calls * seconds * (memoryMb / 1024), 'lambdaGbSecond'),
    line('table, the connector’s record', calls, 'tableRead'),
    ...(waitedSeconds > 0
      ? [
          line(
            'table, reading the run’s record while waiting',
            calls * waitedSeconds * WAITER_READS_PER_SECOND,
            'tableRead',
          ),
        ]
      : []),
    line('table, time of last use', calls * recordedShare, 'tableWrite'),
    line('logs', logGb, 'logGb'),
    ...(waf ? [line('firewall', calls, 'wafRequest')] : []),
  ]
}

export interface Month extends FixedParts {
  connectors: number
  /** Tools in use. */
  tools: number
  /** Hours of the month with at least one call. */
  busyHours: number
  /** Calls that do not wait for a run. */
  calls: number
  /** Their mean duration. */
  callSeconds: number
  /** Watched runs; one caller waits for each to its end. */
  runs: number
  runSeconds: number
  memoryMb: number
}

/** The costs of a month of use. */
export function monthCosts(month: Month): CostLine[] {
  const { calls, callSeconds, runs, runSeconds, memoryMb, waf } = month
  const { watchUsd } = waitCost(runSeconds)
  const waits = { seconds: runSeconds, waitedSeconds: runSeconds, memoryMb, waf }
  return [
    { what: 'fixed', calculation: '', usd: totalUsd(fixedCosts(month)) },
    {
      what: 'calls',
      calculation: '',
      usd: totalUsd(callCosts(calls, { seconds: callSeconds, memoryMb, waf })),
    },
    { what: 'waits', calculation: '', usd: totalUsd(callCosts(runs, waits)) },
    { what: 'runs watched', calculation: '', usd: runs * watchUsd },
    { what: 'metrics', calculation: '', usd: metricsUsd(month) },
  ]
}

/** The costs of call metrics, for the hours with calls. */
export function metricsUsd({
  tools,
  connectors,
  busyHours,
}: Pick<Month, 'tools' | 'connectors' | 'busyHours'>): number {
  const metrics =
    METRICS_OF_ALL_CALLS + COMMON_OUTCOMES + tools * METRICS_OF_A_TOOL + connectors * METRICS_OF_A_CONNECTOR
  return priceOf('metricMonth', metrics) * (busyHours / HOURS_IN_MONTH)
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0)
}

function line(what: string, count: number, price: PriceName): CostLine {
  return { what, calculation: calculationOf(count, price), usd: priceOf(price, count) }
}

function calculationOf(count: number, name: PriceName): string {
  const { usd, per, of } = PRICE[name]
  const rate = `${usd}${per === 1 ? '' : per === MILLION ? ' per million' : ` per ${per.toLocaleString('en')}`}`
  const shown = count >= 100_000 ? `${short(count / MILLION)} million` : short(count)
  return `${of}: ${shown} × ${rate}`
}

/** At most three significant digits. */
function short(count: number): string {
  return String(Number(count.toPrecision(3)))
}
