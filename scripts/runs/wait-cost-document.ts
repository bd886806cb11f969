/** Puts the table of what a wait costs into docs/long-runs.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { waitCostTable } from './wait-cost.ts'

const FILE = path.join(import.meta.dirname, '../../docs/long-runs.md')
const BEGIN = '<!-- wait-cost: written by `npm run docs` -->'
const END = '<!-- /wait-cost -->'

/** The page with the table as the code computes it. Throws when a mark is missing. */
export function withWaitCosts(page: string): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error(`docs/long-runs.md has lost its marks ${BEGIN} … ${END}`)
  return `${page.slice(0, from)}${BEGIN}\n\n${waitCostTable()}\n\n${page.slice(to)}`
}

export function writeWaitCosts(): void {
  writeFileSync(FILE, withWaitCosts(readFileSync(FILE, 'utf8')))
}
