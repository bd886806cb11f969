import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compileCatalog } from '../../scripts/catalog/compile-catalog.ts'
import { listTokens } from '../../scripts/catalog/tool-list-cost.ts'
import { toolsDocument } from '../../scripts/catalog/tools-document.ts'

const { tools } = await compileCatalog()
const { measuredLists } = await import('../../scripts/catalog/measured-lists.ts')
const { searchQualitySection } = await import('../../scripts/catalog/search-quality.ts')
const lists = measuredLists()
const tokensOf = (config: string) => listTokens(lists.find(list => list.config === config)?.tools ?? [])

test('docs/tools.md is what `npm run docs` writes', () => {
  const file = path.join(import.meta.dirname, '../../docs/tools.md')
  expect(readFileSync(file, 'utf8')).toBe(toolsDocument(tools, lists, searchQualitySection()))
})

test('the default connector’s list stays within 5,500 tokens, discovery within 700', () => {
  expect(tokensOf('the default')).toBeGreaterThan(2_000)
  expect(tokensOf('the default')).toBeLessThanOrEqual(5500)
  expect(tokensOf('`{"tool_exposure":"discovery"}`')).toBeLessThanOrEqual(700)
})

test('the full list stays within 250 tokens for each tool', () => {
  const all = lists.find(list => list.config === '`{"tool_exposure":"all"}`')?.tools ?? []
  expect(all.length).toBeGreaterThan(130)
  expect(listTokens(all) / all.length).toBeLessThanOrEqual(250)
})

test('a connector with few tools has a short list', () => {
  const named = lists.find(list => list.config.includes('create_a_gumloop_session'))?.tools ?? []
  expect(named.map(tool => tool.name)).toEqual(['list_all_gumloop_agents', 'create_a_gumloop_session'])
  expect(listTokens(named)).toBeLessThan(700)
  expect(tokensOf('`{"tags":["artifacts"]}`')).toBeLessThan(1_600)
})
