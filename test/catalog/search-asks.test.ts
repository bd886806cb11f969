import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readToolRows } from '../../scripts/catalog/read-sources.ts'

interface Ask {
  ask: string
  tool: string
  half: 'tune' | 'report'
}
const asks: Ask[] = JSON.parse(readFileSync(new URL('search-asks.json', import.meta.url), 'utf8'))
const rows = readToolRows()

test('every tool of the table is asked for at least twice, and no ask stands twice', () => {
  const counts = rows.map(row => asks.filter(ask => ask.tool === row.tool).length)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(2)
  expect(new Set(asks.map(ask => ask.ask.toLowerCase())).size).toBe(asks.length)
  expect(asks.length).toBeGreaterThanOrEqual(140)
})

test('no ask gives the tool’s name away', () => {
  expect(asks.filter(({ ask }) => /_|\blist all\b/.test(ask))).toEqual([])
})

/**
 * The halves are dealt, not chosen: the asks of a tool go in turn to one and the other, beginning with `tune` for the
 * first row of tools.tsv, with `report` for the second, and so on. Words are chosen by the `tune` half alone.
 */
test('the halves are dealt by the rule', () => {
  const dealt = rows.flatMap(({ tool }, row) =>
    asks
      .filter(ask => ask.tool === tool)
      .map((ask, turn) => ({ ...ask, half: (row + turn) % 2 === 0 ? 'tune' : 'report' })),
  )
  expect(asks).toEqual(dealt)
})
