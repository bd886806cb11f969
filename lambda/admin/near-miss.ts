/** The known words that are closest to a mistyped one. Pure. */

/** At most `count` of `candidates`, closest first, leaving out what is too far off to have been meant. */
export function nearMisses(word: string, candidates: readonly string[], count: number): string[] {
  const meant = word.toLowerCase()
  const allowed = Math.max(2, Math.floor(meant.length / 3))
  return candidates
    .map(candidate => ({ candidate, distance: distanceTo(meant, candidate) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** A part of the candidate that was typed exactly counts as near: `sessions` for `list_all_gumloop_sessions`. */
function distanceTo(meant: string, candidate: string): number {
  return meant.length >= 4 && candidate.includes(meant) ? 1 : editDistance(meant, candidate)
}

/** Levenshtein: how many characters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, at(row, j) + 1, at(next, j - 1) + 1))
    }
    row = next
  }
  return at(row, to.length)
}

function at(row: number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
