/** Puts the table of what a wait costs into docs/long-runs.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { betweenMarks } from '../between-marks.ts'
import { waitCostTable } from './wait-cost.ts'

const FILE = path.join(import.meta.dirname, '../../docs/long-runs.md')

/** The page with the table as the code computes it. Throws when a mark is missing. */
export function withWaitCosts(page: string): string {
  return betweenMarks(page, 'wait-cost', waitCostTable())
}

export function writeWaitCosts(): void {
  writeFileSync(FILE, withWaitCosts(readFileSync(FILE, 'utf8')))
}
