import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readToolRows } from '../../scripts/catalog/read-sources.ts'

interface Ask {
  ask: string
  tool: string
  half: 'tune' | 'report'
}
const asks: Ask[] = JSON.parse(readFileSync(new URL('search-asks.json', import.meta.url), 'utf8'))
const askedFor = [...new Set(asks.map(ask => ask.tool))]

test('every tool that is asked for exists and is asked for at least twice, and no ask stands twice', () => {
  const known = new Set(readToolRows().map(row => row.tool))
  expect(askedFor.filter(tool => !known.has(tool))).toEqual([])
  expect(askedFor.filter(tool => asks.filter(ask => ask.tool === tool).length < 2)).toEqual([])
  expect(new Set(asks.map(ask => ask.ask.toLowerCase())).size).toBe(asks.length)
})

test('they are many, and about nearly all tools', () => {
  expect(asks.length).toBeGreaterThanOrEqual(140)
  expect(askedFor.length / readToolRows().length).toBeGreaterThan(0.95)
})

test('no ask gives the tool’s name away', () => {
  expect(asks.filter(({ ask }) => /_|\blist all\b/.test(ask))).toEqual([])
})

/**
 * The halves are dealt, not chosen: the asks of a tool go in turn to one and the other, beginning with `tune` for the
 * first tool of the file, with `report` for the second, and so on. Words are chosen by the `tune` half alone.
 */
test('the halves are dealt by the rule', () => {
  const dealt = askedFor.flatMap((tool, place) =>
    asks
      .filter(ask => ask.tool === tool)
      .map((ask, turn) => ({ ...ask, half: (place + turn) % 2 === 0 ? 'tune' : 'report' })),
  )
  expect(asks).toEqual(dealt)
})
