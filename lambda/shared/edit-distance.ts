/** Distance between words, and the known word that a mistyped one was probably meant to be. Pure. */

/** Longer texts are not compared: no name is that long, and the work stays bounded for any input. */
const MAX_CHARACTERS = 100

/**
 * The number of typing errors between two texts: an extra, missing or replaced character, or two swapped neighbors
 * (optimal string alignment). Undefined if there are more than `max`, or if a text has more than 100 characters.
 *
 * Only the cells that `max` errors can reach are computed, so the work grows with length times `max`.
 */
export function editDistance(from: string, to: string, max: number): number | undefined {
  if (from.length > MAX_CHARACTERS || to.length > MAX_CHARACTERS) return undefined
  if (Math.abs(from.length - to.length) > max) return undefined
  const tooMany = max + 1
  const cell = (row: readonly number[], column: number) => row[column] ?? tooMany
  let beforeLast: number[] = []
  let last = Array.from({ length: Math.min(to.length, max) + 1 }, (_, column) => column)
  let lastFewest = 0
  for (let row = 1; row <= from.length; row++) {
    const next: number[] = row <= max ? [row] : []
    let fewest = row <= max ? row : tooMany
    for (let column = Math.max(1, row - max); column <= Math.min(to.length, row + max); column++) {
      const replaced = cell(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = isSwap ? cell(beforeLast, column - 2) + 1 : tooMany
      const count = Math.min(replaced, swapped, cell(last, column) + 1, cell(next, column - 1) + 1)
      next[column] = count
      fewest = Math.min(fewest, count)
    }
    // A swap reaches back two rows, so only if both exceed the limit do all further rows.
    if (fewest > max && lastFewest > max) return undefined
    beforeLast = last
    last = next
    lastFewest = fewest
  }
  const distance = cell(last, to.length)
  return distance > max ? undefined : distance
}

/**
 * The candidate that `name` was probably meant to be: at most a third of its characters differ. Undefined if none
 * matches.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > MAX_CHARACTERS) return undefined
  const wanted = name.toLowerCase()
  let best: string | undefined
  let allowed = Math.max(1, Math.floor(wanted.length / 3))
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), allowed)
    if (distance === undefined) continue
    best = candidate
    if (distance === 0) break
    allowed = distance - 1
  }
  return best
}
