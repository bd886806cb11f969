/**
 * How often the search finds the right tool, beside plain BM25 over Gumloop's own texts. The asks are people's words for
 * what each operation does, dealt in two halves before any tuning: `tune` may be looked at, `report` is what counts.
 * Loads the compiled catalogue: compile it first.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { searchTools } from '../../lambda/catalog/search.ts'
import { isDiscoveryTool } from '../../lambda/catalog/tool-filter.ts'
import { plainBm25, type Ranking } from './plain-bm25.ts'
import { CATALOG_FOLDER, readOpenApi, readToolRows } from './read-sources.ts'

const ASKS_FILE = path.join(CATALOG_FOLDER, '../test/catalog/search-asks.json')
/** What `search_gumloop_tools` gives unless told otherwise. */
const RESULTS = 5

interface Ask {
  ask: string
  tool: string
  half: 'tune' | 'report'
}

/** Shares of the asks, 0 to 1. */
export interface SearchQuality {
  search: 'ours' | 'plain'
  half: Ask['half']
  asks: number
  first: number
  amongFive: number
}

/** Both searches on both halves, the half that counts first. */
export function measureSearch(): SearchQuality[] {
  const asks: Ask[] = JSON.parse(readFileSync(ASKS_FILE, 'utf8')) // our own file, held to its shape by a test
  const searches = { ours: ourSearch, plain: plainSearch() }
  return (['report', 'tune'] as const).flatMap(half =>
    (['ours', 'plain'] as const).map(search => ({
      search,
      half,
      ...qualityOf(
        searches[search],
        asks.filter(one => one.half === half),
      ),
    })),
  )
}

function qualityOf(search: Ranking, asks: readonly Ask[]): Omit<SearchQuality, 'search' | 'half'> {
  const places = asks.map(({ ask, tool }) => search(ask).slice(0, RESULTS).indexOf(tool))
  return {
    asks: asks.length,
    first: places.filter(place => place === 0).length / asks.length,
    amongFive: places.filter(place => place >= 0).length / asks.length,
  }
}

/** As over a connector that may do everything. */
const ourSearch: Ranking = query => searchTools(query, name => !isDiscoveryTool(name), RESULTS)

/** Over what Gumloop itself says of each operation: its summary and description. */
function plainSearch(): Ranking {
  const operations = Object.values(readOpenApi().paths).flatMap(item => Object.values(item))
  const texts = readToolRows().map(({ operationId, tool }): [string, string] => {
    const operation = operations.find(one => one.operationId === operationId)
    return [tool, `${operation?.summary ?? ''} ${operation?.description ?? ''}`]
  })
  return plainBm25(new Map(texts))
}

/** The measurement as a Markdown section for `docs/tools.md`. */
export function searchQualitySection(): string {
  const rows = measureSearch().map(({ search, half, asks, first, amongFive }) => {
    const name = search === 'ours' ? '`search_gumloop_tools`' : 'plain BM25 over Gumloop’s own descriptions'
    return `| ${name} | ${half} | ${asks} | ${percent(first)} | ${percent(amongFive)} |`
  })
  return `## How well the search finds

Asks in people's words ("who changed what", "stop the bot"), at least two for every operation, written before the search
words of the records and dealt in two halves: what is tuned is tuned on one, what counts is the other. Asks and words have
the same authors, so whoever asks in quite other words is served less well. \`npm run bench:search\` measures anew;
[how it ranks, and what was tried](decisions/0022-search-by-words.md).

| Search | Half | Asks | Right tool first | Among the first five |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
