/**
 * How often the search finds the right tool, compared with plain BM25 over Gumloop's own texts. The queries are people's words
 * for each operation, split in two halves before any tuning: `tune` may be used for tuning, `report` is the result.
 * Loads the compiled catalog: compile it first.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { searchTools } from '../../lambda/catalog/search.ts'
import { isDiscoveryTool } from '../../lambda/catalog/tool-filter.ts'
import { CATALOG_FOLDER, operationsOf, readOpenApi } from './open-api.ts'
import { plainBm25, type Ranking } from './plain-bm25.ts'
import { readToolFiles } from './tool-file.ts'

const QUERIES_FILE = path.join(CATALOG_FOLDER, '../test/catalog/search-queries.json')
/** `{query, tool}[]` by people who have not seen the search words. Measured where it exists; never used for tuning. */
const UNSEEN_FILE = path.join(CATALOG_FOLDER, '../test/catalog/search-queries-unseen.json')
/** What `search_gumloop_tools` returns by default. */
const RESULTS = 5

interface SearchQuery {
  query: string
  tool: string
  half: 'tune' | 'report' | 'unseen'
}

/** Shares of the queries, 0 to 1. */
export interface SearchQuality {
  search: 'ours' | 'plain'
  half: SearchQuery['half']
  queries: number
  first: number
  amongFive: number
}

/** Both searches on each set of queries: unseen ones where there are any, then the `report` half, then the `tune` half. */
export function measureSearch(): SearchQuality[] {
  const queries = [...unseenQueries(), ...readQueries(QUERIES_FILE)]
  const searches = { ours: ourSearch, plain: plainSearch() }
  const halves = (['unseen', 'report', 'tune'] as const).filter(half =>
    queries.some(one => one.half === half),
  )
  return halves.flatMap(half =>
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

function unseenQueries(): SearchQuery[] {
  const queries = existsSync(UNSEEN_FILE) ? readQueries(UNSEEN_FILE) : []
  return queries.map(({ query, tool }) => ({ query, tool, half: 'unseen' }))
}

/** Our own files, whose shape tests check. */
function readQueries(file: string): SearchQuery[] {
  return JSON.parse(readFileSync(file, 'utf8'))
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
