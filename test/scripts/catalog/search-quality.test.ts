import { describe, expect, test } from 'vitest'
import { compileCatalog } from '../../../scripts/catalog/compile-catalog.ts'
import { plainBm25 } from '../../../scripts/catalog/plain-bm25.ts'

await compileCatalog()
const { measureSearch } = await import('../../../scripts/catalog/search-quality.ts')

describe('the half of the queries that was not used for tuning', () => {
  const quality = (search: 'ours' | 'plain') =>
    measureSearch().find(one => one.search === search && one.half === 'report')

  test('the search ranks the right tool first for 60 % of the queries, and among the first five for 90 %', () => {
    expect(quality('ours')?.queries).toBeGreaterThanOrEqual(60)
    expect(quality('ours')?.first).toBeGreaterThanOrEqual(0.6)
    expect(quality('ours')?.amongFive).toBeGreaterThanOrEqual(0.9)
  })

  test('plain BM25 finds something, but far less', () => {
    expect(quality('plain')?.amongFive).toBeGreaterThan(0.3)
    expect(quality('plain')?.first).toBeLessThan(0.4)
    expect(quality('plain')?.amongFive).toBeLessThan(0.6)
  })
})

test('plain BM25 weights rare words more than common ones, and short texts more than long ones', () => {
  const rank = plainBm25(
    new Map([
      ['long', 'a red cat that sleeps on a very long and very comfortable sofa'],
      ['short', 'a red cat'],
      ['dog', 'a red dog'],
      ['none', 'green'],
    ]),
  )
  expect(rank('Cat!')).toEqual(['short', 'long'])
  expect(rank('red dog')[0]).toBe('dog')
  expect(rank('mouse')).toEqual([])
})
