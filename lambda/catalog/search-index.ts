/**
 * The search index: for each term the tools that hold it, and how strongly. Made at build time, carried as one text in
 * the compiled catalog, read when somebody searches first. Both directions are here, so that they cannot part.
 *
 * Form: a line per term, `term postings`; a posting is three characters: the tool's position in the catalog (two
 * digits, base 36) and the term's strength in it (one digit, base 36; 35 is full).
 */

/** How much of a term's worth a tool gets: above 0, at most 1. */
export interface Posting {
  /** Position of the tool in the catalog's order. */
  position: number
  strength: number
}

const BASE = 36
const FULL = BASE - 1
const POSTING_CHARACTERS = 3

/** Terms in alphabetical order, postings by position: the same catalog always gives the same text. */
export function encodeSearchIndex(postings: ReadonlyMap<string, readonly Posting[]>): string {
  return [...postings.keys()]
    .sort()
    .map(term => `${term} ${(postings.get(term) ?? []).map(encodePosting).join('')}`)
    .join('\n')
}

function encodePosting({ position, strength }: Posting): string {
  if (position < 0 || position >= BASE * BASE)
    throw new RangeError(`no posting can hold position ${position}`)
  const digit = Math.min(FULL, Math.max(1, Math.round(strength * FULL)))
  return position.toString(BASE).padStart(2, '0') + digit.toString(BASE)
}

/** The inverse of `encodeSearchIndex`, but for the rounding of strengths. Takes its own build's text only. */
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
