/** Generates the computed parts of docs/costs.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { betweenMarks } from '../between-marks.ts'
import {
  type CallKind,
  type CostLine,
  callCosts,
  type FixedParts,
  fixedCosts,
  type Month,
  monthCosts,
  totalUsd,
} from './cost-model.ts'
import { PRICE, PRICES_AS_OF, PRICES_REGION, priceOf } from './price-table.ts'

const FILE = path.join(import.meta.dirname, '../../docs/costs.md')

/** What two stage files create; test/scripts/costs counts the alarms in their templates. */
export const STAGES: Record<'default' | 'production', FixedParts> = {
  default: { accounts: 1, alarms: 11, dashboard: true, waf: false, customerKey: false },
  production: { accounts: 1, alarms: 12, dashboard: true, waf: true, customerKey: true },
}

const MEMORY_MB = 512
const KINDS: Record<string, CallKind> = {
  'a quick read, 60 ms': { seconds: 0.06, memoryMb: MEMORY_MB },
  'a slow answer from Gumloop, 2 s': { seconds: 2, memoryMb: MEMORY_MB },
  'a wait of 20 s': { seconds: 20, waitedSeconds: 20, memoryMb: MEMORY_MB },
}

const MONTHS: Record<string, Month> = {
  'a trial: 1,000 calls, 50 runs of a minute': {
    ...STAGES.default,
    dashboard: false,
    connectors: 2,
    tools: 8,
    busyHours: 40,
    calls: 1000,
    callSeconds: 0.5,
    runs: 50,
    runSeconds: 60,
    memoryMb: MEMORY_MB,
  },
  'a team: 50,000 calls, 2,000 runs of three minutes': {
    ...STAGES.default,
    dashboard: false,
    connectors: 10,
    tools: 15,
    busyHours: 220,
    calls: 50_000,
    callSeconds: 0.5,
    runs: 2000,
    runSeconds: 180,
    memoryMb: MEMORY_MB,
  },
  'a company: 2 million calls, 50,000 runs of three minutes': {
    ...STAGES.production,
    accounts: 3,
    connectors: 60,
    tools: 40,
    busyHours: 730,
    calls: 2_000_000,
    callSeconds: 0.5,
    runs: 50_000,
    runSeconds: 180,
    memoryMb: MEMORY_MB,
  },
}

/** Recomputes every number of the page. @throws when a marker is missing */
export function withCosts(page: string): string {
  const parts: Record<string, string> = {
    fixed: [
      `**An empty stage file:** ${usd(totalUsd(fixedCosts(STAGES.default)))} USD a month.\n\n${linesTable(fixedCosts(STAGES.default))}`,
      `**\`stages/production.json\`:** ${usd(totalUsd(fixedCosts(STAGES.production)))} USD a month.\n\n${linesTable(fixedCosts(STAGES.production))}`,
    ].join('\n\n'),
    calls: Object.entries(KINDS)
      .map(([name, kind]) => {
        const lines = callCosts(1_000_000, kind)
        return `**${capital(name)}:** ${usd(totalUsd(lines))} USD per million calls.\n\n${linesTable(lines)}`
      })
      .join('\n\n'),
    memory: table(
      ['Memory of the function', 'one second of a million calls, USD'],
      [256, 512, 1024].map(mb => [`${mb} MB`, usd(priceOf('lambdaGbSecond', 1_000_000 * (mb / 1024)))]),
    ),
    months: table(
      [
        'Usage per month',
        ...monthCosts(Object.values(MONTHS)[0] as Month).map(({ what }) => what),
        'total, USD',
      ],
      Object.entries(MONTHS).map(([name, month]) => {
        const lines = monthCosts(month)
        return [name, ...lines.map(line => usd(line.usd)), usd(totalUsd(lines))]
      }),
    ),
    prices: `${PRICES_REGION}, as of ${PRICES_AS_OF}:\n\n${table(
      ['What', 'USD', 'Source'],
      Object.values(PRICE).map(({ of, usd: amount, per, page }) => [
        of,
        per === 1 ? `${amount} each` : `${amount} per ${per.toLocaleString('en')}`,
        `<https://${page}/>`,
      ]),
    )}`,
  }
  return Object.entries(parts).reduce((text, [name, part]) => betweenMarks(text, name, part), page)
}

export function writeCosts(): void {
  writeFileSync(FILE, withCosts(readFileSync(FILE, 'utf8')))
}

function linesTable(lines: CostLine[]): string {
  return table(
    ['Item', 'Calculation', 'USD'],
    lines.map(({ what, calculation, usd: amount }) => [what, calculation, usd(amount)]),
  )
}

function table(headings: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const numbers = headings.map(heading => (NUMBERS.test(heading) ? '---:' : '---'))
  return [line(headings), line(numbers), ...rows.map(line)].join('\n')
}

/** Headings of right-aligned number columns. */
const NUMBERS = /USD|^(fixed|calls|waits|runs watched|metrics)$/

function usd(amount: number): string {
  return amount.toFixed(2)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
