/** Which known word a mistyped one was meant to be. Pure. */
import { editDistance } from '../shared/edit-distance.ts'

/** Shorter words differ from too many others by one letter. */
const MIN_CHARACTERS = 4
/** From this length on two typing errors are accepted, below it one. */
const LONG_CHARACTERS = 8

/**
 * The known words closest to `word`, when they are close enough to be meant; in the order given. The first letter is taken to
 * be right, unless it was swapped or is itself the one too many.
 */
export function meantBy(word: string, known: Iterable<string>): string[] {
  if (word.length < MIN_CHARACTERS) return []
  let fewest = word.length < LONG_CHARACTERS ? 1 : 2
  let meant: string[] = []
  for (const candidate of known) {
    if (candidate[0] !== word[0] && candidate[0] !== word[1]) continue
    const count = editDistance(word, candidate, fewest)
    if (count === undefined) continue
    if (count < fewest) meant = []
    fewest = count
    meant.push(candidate)
  }
  return meant
}
