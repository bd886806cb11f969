import { expect, test } from 'vitest'
import { encodeSearchIndex } from '../../../lambda/catalog/search-index.ts'
import type { CatalogTool } from '../../../lambda/catalog/tool.ts'
import { compileCatalog } from '../../../scripts/catalog/compile-catalog.ts'
import { searchPostings } from '../../../scripts/catalog/compile-search-index.ts'

function tool(name: string, title: string, description: string): CatalogTool {
  return {
    name,
    methodGroup: 'read',
    tags: ['things'],
    essential: false,
    since: 1,
    definition: {
      name,
      title,
      description,
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
  }
}
const cat = tool('get_a_gumloop_cat', 'Get a cat', 'One cat. List them with list_all_gumloop_dogs.')
const dog = tool('list_all_gumloop_dogs', 'List dogs', 'All dogs, long and short.')
const words = new Map([
  ['get_a_gumloop_cat', ['kitty']],
  ['list_all_gumloop_dogs', ['puppy', 'puppies']],
])

test('names, titles, descriptions, tags and search words count; names of other tools do not', () => {
  const postings = searchPostings([cat, dog], words)
  const positions = (term: string) => postings.get(term)?.map(one => one.position)
  expect([positions('cat'), positions('kitty'), positions('dog'), positions('thing')]).toEqual([
    [0],
    [0],
    [1],
    [0, 1],
  ])
  expect([positions('=cat+get'), positions('=dog+list')]).toEqual([[0], [1]])
})

test('a tool without search words is not found and does not affect the others', () => {
  const postings = searchPostings([cat, dog], new Map([['list_all_gumloop_dogs', ['puppy']]]))
  expect(postings.has('cat')).toBe(false)
  expect(postings.get('dog')?.map(one => one.position)).toEqual([1])
})

test('search words count more than descriptions, and repeats less and less', () => {
  const strength = (term: string) => searchPostings([cat, dog], words).get(term)?.[0]?.strength ?? 0
  expect(strength('puppy')).toBeGreaterThan(strength('short'))
  expect(strength('puppy')).toBeLessThan(1)
})

test('the compiled catalog contains the index: small, and the same each time', async () => {
  const { tools, words } = await compileCatalog()
  const { SEARCH_INDEX } = await import('../../../lambda/catalog/compiled-catalog.ts')
  expect(encodeSearchIndex(searchPostings(tools, words))).toBe(SEARCH_INDEX)
  expect(SEARCH_INDEX.length).toBeLessThan(25_000)
})
