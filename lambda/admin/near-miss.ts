/** The known words that are closest to a mistyped one. Pure. */
import { editDistance } from '../shared/edit-distance.ts'

/** At most `count` of `candidates`, closest first, without those too different to have been meant. */
export function nearMisses(word: string, candidates: readonly string[], count: number): string[] {
  const meant = word.toLowerCase()
  const allowed = Math.max(2, Math.floor(meant.length / 3))
  return candidates
    .flatMap(candidate => {
      const distance = distanceTo(meant, candidate, allowed)
      return distance === undefined ? [] : [{ candidate, distance }]
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** An exact part of a candidate counts as close: `sessions` for `list_all_gumloop_sessions`. */
function distanceTo(meant: string, candidate: string, allowed: number): number | undefined {
  return meant.length >= 4 && candidate.includes(meant) ? 1 : editDistance(meant, candidate, allowed)
}
