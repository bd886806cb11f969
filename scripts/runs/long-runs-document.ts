/** Generates the computed tables of docs/long-runs.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { betweenMarks } from '../between-marks.ts'
import { waitCostTable } from './wait-cost.ts'
import { watchTable } from './watch-table.ts'

const FILE = path.join(import.meta.dirname, '../../docs/long-runs.md')

/** Recomputes the tables of the page. @throws when a marker is missing */
export function withLongRunsTables(page: string): string {
  return betweenMarks(betweenMarks(page, 'watch-table', watchTable()), 'wait-cost', waitCostTable())
}

export function writeLongRunsTables(): void {
  writeFileSync(FILE, withLongRunsTables(readFileSync(FILE, 'utf8')))
}
