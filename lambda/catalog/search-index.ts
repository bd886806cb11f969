/**
 * The search index: for each term, the tools that contain it and how strongly. Built with the catalog, stored in it as one
 * text, decoded at the first search. Encoder and decoder are in one file to stay in step.
 *
 * Format: one line per term, `term postings`. A posting has three characters: the tool's position in the catalog (two
 * digits, base 36) and the term's strength in it (one digit, base 36; 35 is full).
 */

/** How strongly a tool contains a term. */
export interface Posting {
  /** Position of the tool in the catalog's order. */
  position: number
  /** Above 0, at most 1. */
  strength: number
}

const BASE = 36
const FULL = BASE - 1
const POSTING_CHARACTERS = 3

/** Terms in alphabetical order, postings by position: the same catalog always gives the same text. @throws RangeError for a position beyond 1295 */
export function encodeSearchIndex(postings: ReadonlyMap<string, readonly Posting[]>): string {
  return [...postings.keys()]
    .sort()
    .map(term => `${term} ${(postings.get(term) ?? []).map(encodePosting).join('')}`)
    .join('\n')
}

function encodePosting({ position, strength }: Posting): string {
  if (position < 0 || position >= BASE * BASE)
    throw new RangeError(`Position ${position} does not fit into a posting.`)
  const digit = Math.min(FULL, Math.max(1, Math.round(strength * FULL)))
  return position.toString(BASE).padStart(2, '0') + digit.toString(BASE)
}

/** The inverse of `encodeSearchIndex`, except that strengths are rounded. For the text of the same build only. */
export function decodeSearchIndex(text: string): Map<string, Posting[]> {
  const index = new Map<string, Posting[]>()
  for (const line of text === '' ? [] : text.split('\n')) {
    const space = line.indexOf(' ')
    const postings: Posting[] = []
    for (let at = space + 1; at < line.length; at += POSTING_CHARACTERS) {
      postings.push({
        position: Number.parseInt(line.slice(at, at + 2), BASE),
        strength: Number.parseInt(line.slice(at + 2, at + 3), BASE) / FULL,
      })
    }
    index.set(line.slice(0, space), postings)
  }
  return index
}
