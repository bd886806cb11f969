/** Which known word a mistyped one stands for. Pure. */

/** Shorter words differ from too many others by one letter. */
const MIN_CHARACTERS = 4
/** From this length on two slips are forgiven, before it one. */
const LONG_CHARACTERS = 8

/**
 * The known words closest to `word`, when they are close enough to be meant; in the order given. A slip is a letter too
 * much, too few, a wrong one, or two swapped. The first letter is taken to be right, unless it was swapped or is itself
 * the one too much.
 */
export function meantBy(word: string, known: Iterable<string>): string[] {
  if (word.length < MIN_CHARACTERS) return []
  let fewest = word.length < LONG_CHARACTERS ? 1 : 2
  let meant: string[] = []
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > fewest) continue
    if (candidate[0] !== word[0] && candidate[0] !== word[1]) continue
    const count = slips(word, candidate)
    if (count > fewest) continue
    if (count < fewest) meant = []
    fewest = count
    meant.push(candidate)
  }
  return meant
}

/** Optimal string alignment: Levenshtein's distance with swapped neighbours counted once. */
function slips(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const wrong = from[row - 1] === to[column - 1] ? 0 : 1
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + wrong,
          isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = next
  }
  return at(last, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
