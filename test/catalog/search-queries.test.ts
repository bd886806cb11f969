import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readToolFiles } from '../../scripts/catalog/tool-file.ts'

interface SearchQuery {
  query: string
  tool: string
  half: 'tune' | 'report'
}
const queries: SearchQuery[] = JSON.parse(
  readFileSync(new URL('search-queries.json', import.meta.url), 'utf8'),
)
const operationTools = [...readToolFiles()].flatMap(([name, { operation }]) => (operation ? name : []))
const expected = [...new Set(queries.map(one => one.tool))]

test('every expected tool exists and has at least two queries, and no query appears twice', () => {
  const known = new Set(operationTools)
  expect(expected.filter(tool => !known.has(tool))).toEqual([])
  expect(expected.filter(tool => queries.filter(one => one.tool === tool).length < 2)).toEqual([])
  expect(new Set(queries.map(one => one.query.toLowerCase())).size).toBe(queries.length)
})

test('the queries cover nearly all tools', () => {
  expect(queries.length).toBeGreaterThanOrEqual(140)
  expect(expected.length / operationTools.length).toBeGreaterThan(0.95)
})

test('no query contains the tool’s name', () => {
  expect(queries.filter(({ query }) => /_|\blist all\b/.test(query))).toEqual([])
})

/**
 * The halves are assigned by a rule, not chosen: the queries of a tool alternate between them, beginning with `tune` for the
 * first tool of the file, with `report` for the second, and so on. Search words are chosen by the `tune` half alone.
 */
test('the halves are assigned by the rule', () => {
  const assigned = expected.flatMap((tool, place) =>
    queries
      .filter(one => one.tool === tool)
      .map((one, turn) => ({ ...one, half: (place + turn) % 2 === 0 ? 'tune' : 'report' })),
  )
  expect(queries).toEqual(assigned)
})
