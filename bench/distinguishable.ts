/** How well one could tell two kinds of requests apart by their time alone. Pure. */

/**
 * The chance that a random one of `a` took longer than a random one of `b` (area under the ROC curve): 0.5 when time
 * tells nothing, 0 or 1 when it tells everything.
 */
export function separability(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map(value => ({ value, isA: true })), ...b.map(value => ({ value, isA: false }))].sort(
    (one, other) => one.value - other.value,
  )
  let rankSum = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to++
    // Equal times share the middle of their ranks.
    const rank = (from + 1 + to) / 2
    for (let at = from; at < to; at++) if (all[at]?.isA) rankSum += rank
    from = to
  }
  return (rankSum - (a.length * (a.length + 1)) / 2) / (a.length * b.length)
}

/** The value below which that share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
