/**
 * How often the search finds the right tool, compared with plain BM25 over Gumloop's own texts. The queries are people's words
 * for each operation, split in two halves before any tuning: `tune` may be used for tuning, `report` is the result.
 * Loads the compiled catalog: compile it first.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { searchTools } from '../../lambda/catalog/search.ts'
import { isDiscoveryTool } from '../../lambda/catalog/tool-filter.ts'
import { CATALOG_FOLDER, operationsOf, readOpenApi } from './open-api.ts'
import { plainBm25, type Ranking } from './plain-bm25.ts'
import { readToolFiles } from './tool-file.ts'

const QUERIES_FILE = path.join(CATALOG_FOLDER, '../test/catalog/search-queries.json')
/** What `search_gumloop_tools` returns by default. */
const RESULTS = 5

interface SearchQuery {
  query: string
  tool: string
  half: 'tune' | 'report'
}

/** Shares of the queries, 0 to 1. */
export interface SearchQuality {
  search: 'ours' | 'plain'
  half: SearchQuery['half']
  queries: number
  first: number
  amongFive: number
}

/** Both searches on both halves, the `report` half first. */
export function measureSearch(): SearchQuality[] {
  const queries: SearchQuery[] = JSON.parse(readFileSync(QUERIES_FILE, 'utf8')) // our own file; a test checks its shape
  const searches = { ours: ourSearch, plain: plainSearch() }
  return (['report', 'tune'] as const).flatMap(half =>
    (['ours', 'plain'] as const).map(search => ({
      search,
      half,
      ...qualityOf(
        searches[search],
        queries.filter(one => one.half === half),
      ),
    })),
  )
}

function qualityOf(search: Ranking, queries: readonly SearchQuery[]): Omit<SearchQuality, 'search' | 'half'> {
  const places = queries.map(({ query, tool }) => search(query).slice(0, RESULTS).indexOf(tool))
  return {
    queries: queries.length,
    first: places.filter(place => place === 0).length / queries.length,
    amongFive: places.filter(place => place >= 0).length / queries.length,
  }
}

/** On a connector without a filter. */
const ourSearch: Ranking = query => searchTools(query, name => !isDiscoveryTool(name), RESULTS)

/** Over Gumloop's own texts of each operation: its summary and description. */
function plainSearch(): Ranking {
  const nameOf = new Map([...readToolFiles()].map(([name, file]) => [file.operation, name]))
  const texts = operationsOf(readOpenApi()).flatMap(({ operation }): [string, string][] => {
    const name = nameOf.get(operation.operationId)
    return name === undefined ? [] : [[name, `${operation.summary ?? ''} ${operation.description ?? ''}`]]
  })
  return plainBm25(new Map(texts))
}

/** The measurement as a Markdown section for `docs/tools.md`. */
export function searchQualitySection(): string {
  const rows = measureSearch().map(({ search, half, queries, first, amongFive }) => {
    const name = search === 'ours' ? '`search_gumloop_tools`' : 'plain BM25 over Gumloop’s own descriptions'
    return `| ${name} | ${half} | ${queries} | ${percent(first)} | ${percent(amongFive)} |`
  })
  return `## Search quality

Queries in people's words ("who changed what", "stop the bot"), at least two for every operation, were written before the
search words of the tools and split in two halves: \`tune\` was used for tuning, \`report\` is the result. Queries and search
words have the same authors, so people with a different vocabulary will see lower rates. \`npm run bench:search\` repeats the
measurement; [how the search ranks, and what was tried](decisions/0022-search-by-words.md).

| Search | Half | Queries | Right tool first | Among the first five |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
