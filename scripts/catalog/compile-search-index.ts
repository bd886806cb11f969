/** Tools and their search words → the postings of the search index: BM25F, its field weights and constants. Pure. */
import type { Posting } from '../../lambda/catalog/search-index.ts'
import { termsOf, wholeKey } from '../../lambda/catalog/search-terms.ts'
import type { CatalogTool } from '../../lambda/catalog/tool.ts'

/**
 * The weight of a term in each text of a tool. Chosen on the tuning half of `test/catalog/search-queries.json`,
 * where halving or doubling one changes at most one query in twenty (docs/decisions/0022-search-by-words.md).
 */
const FIELD_WEIGHTS = { name: 1, title: 2, description: 1, tags: 1, words: 3 }
type Field = keyof typeof FIELD_WEIGHTS
const FIELDS = Object.keys(FIELD_WEIGHTS) as Field[] // the keys of the literal above
/** BM25's constants: how fast repeated terms saturate, and how much a long text lowers a score. */
const SATURATION = 1.5
const LENGTH_PENALTY = 0.75

/**
 * Postings by term; positions are those in `tools`. `words` are by tool name: a tool without any (the discovery tools) is not in
 * the index.
 */
export function searchPostings(
  tools: readonly CatalogTool[],
  words: ReadonlyMap<string, readonly string[]>,
): Map<string, Posting[]> {
  const documents = tools.flatMap((tool, position) => {
    const own = words.get(tool.name) ?? []
    return own.length === 0 ? [] : [{ position, fields: fieldTerms(tool, own) }]
  })
  const meanLength = Object.fromEntries(
    FIELDS.map(field => [
      field,
      documents.reduce((sum, one) => sum + one.fields[field].length, 0) / documents.length,
    ]),
  )
  const postings = new Map<string, Posting[]>()
  for (const { position, fields } of documents) {
    const add = (key: string, strength: number) =>
      postings.set(key, [...(postings.get(key) ?? []), { position, strength }])
    for (const key of new Set([wholeKey(fields.name), wholeKey(fields.title)])) add(key, 1)
    for (const [term, count] of weightedCounts(fields, meanLength)) add(term, count / (count + SATURATION))
  }
  return postings
}

function fieldTerms(tool: CatalogTool, words: readonly string[]): Record<Field, string[]> {
  const { title, description } = tool.definition
  return {
    name: termsOf(tool.name.replace('list_all_', 'list_').replace('get_single_', 'get_')),
    title: termsOf(title),
    // Names of other tools in a description say what to call before or after, not what this tool does.
    description: termsOf(description.replace(/\b[a-z]\w*_gumloop_\w+/g, ' ')),
    tags: termsOf(tool.tags.join(' ')),
    words: termsOf(words.join(' ')),
  }
}

function weightedCounts(
  fields: Record<Field, string[]>,
  meanLength: Record<string, number>,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const field of FIELDS) {
    const terms = fields[field]
    const relativeLength = terms.length / (meanLength[field] || 1)
    const weight = FIELD_WEIGHTS[field] / (1 - LENGTH_PENALTY + LENGTH_PENALTY * relativeLength)
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + weight)
  }
  return counts
}
