/**
 * Finds tools by words: BM25F over names, titles, descriptions, tags and the search words of the tool files, with
 * tolerance for prefixes and typing errors. Finds only what the caller may call. Pure; the index is decoded once.
 */
import { nearest } from '../shared/edit-distance.ts'
import { toolIndex } from './catalog.ts'
import { SEARCH_INDEX } from './compiled-catalog.ts'
import { decodeSearchIndex, type Posting } from './search-index.ts'
import { termsOf, wholeKey } from './search-terms.ts'
import { meantBy } from './search-typo.ts'

/** Prefers the tools that most people want. */
const ESSENTIAL_FACTOR = 1.1
/** How much less a term counts if the query has only its beginning, or a typing error in it. */
const PREFIX_FACTOR = 0.7
const TYPO_FACTOR = 0.6
const MIN_PREFIX_CHARACTERS = 3

let decoded: Map<string, Posting[]> | undefined

/** Names of at most `limit` allowed tools that match `query`, best first; ties are in catalog order. */
export function searchTools(query: string, allowed: (name: string) => boolean, limit: number): string[] {
  const candidates = toolIndex().map(tool => allowed(tool.name))
  const scores = new Map<number, number>()
  for (const { term, factor } of queryTerms(query)) {
    const postings = index().get(term) ?? []
    const worth = factor * rarity(postings.length)
    for (const { position, strength } of postings) {
      if (candidates[position]) scores.set(position, (scores.get(position) ?? 0) + worth * strength)
    }
  }
  const named = namedIn(query)
  const ranked = toolIndex().flatMap((tool, position) => {
    const isNamed = candidates[position] === true && named.has(shortName(tool.name))
    const score = (scores.get(position) ?? 0) * (tool.essential ? ESSENTIAL_FACTOR : 1)
    return score > 0 || isNamed
      ? [{ name: tool.name, score: isNamed ? Number.POSITIVE_INFINITY : score }]
      : []
  })
  // The sort is stable; infinity minus infinity is NaN.
  ranked.sort((a, b) => (a.score === b.score ? 0 : b.score - a.score))
  return ranked.slice(0, limit).map(tool => tool.name)
}

/** At most `limit` allowed tools that a wrong name may have meant, likeliest first. */
export function nearMisses(name: string, allowed: (name: string) => boolean, limit: number): string[] {
  const names = toolIndex().flatMap(tool => (allowed(tool.name) ? tool.name : []))
  const spelled = nearest(name, names)
  return [...new Set([...(spelled ? [spelled] : []), ...searchTools(name, allowed, limit)])].slice(0, limit)
}

function index(): Map<string, Posting[]> {
  decoded ??= decodeSearchIndex(SEARCH_INDEX)
  return decoded
}

/** BM25's inverse document frequency over the whole catalog, so that a query ranks the same on every connector. */
function rarity(toolsWithTerm: number): number {
  return Math.log(1 + (toolIndex().length - toolsWithTerm + 0.5) / (toolsWithTerm + 0.5))
}

/** Each term of the query once; a term that the index does not have is replaced by those that it may mean. */
function queryTerms(query: string): { term: string; factor: number }[] {
  const terms = [...new Set(termsOf(query))]
  const whole = { term: wholeKey(terms), factor: 1 }
  const single = terms.flatMap(term => {
    if (index().has(term)) return [{ term, factor: 1 }]
    const begun =
      term.length < MIN_PREFIX_CHARACTERS ? [] : [...index().keys()].filter(known => known.startsWith(term))
    if (begun.length > 0) return begun.map(known => ({ term: known, factor: PREFIX_FACTOR / begun.length }))
    const meant = meantBy(term, index().keys())
    return meant.map(known => ({ term: known, factor: TYPO_FACTOR / meant.length }))
  })
  return [whole, ...single]
}

/** Tool names in the query, as short names: a query that names a tool means that tool. */
function namedIn(query: string): Set<string> {
  return new Set((query.toLowerCase().match(/[a-z]+(?:_[a-z]+)+/g) ?? []).map(shortName))
}

/** `list_agents` for list_all_gumloop_agents: models leave out the parts that carry no meaning. */
function shortName(name: string): string {
  return name.replace(/_(?:all|single|an?|gumloop)(?=_)/g, '')
}
