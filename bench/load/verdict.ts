/** What a run says: times, errors with their cause, memory; and what in it is a failure. Pure. */
import type { Asked } from './drive.ts'
import type { FailureCounts } from './failures.ts'

export interface Run {
  asked: Asked[]
  /** One value a second, MB. */
  memoryMb: number[]
  dealt: FailureCounts
}

export interface Times {
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** Of the given kind of question. */
export function timesOf(asked: Asked[], kind: Asked['kind'], durationMs: number): Times {
  const took = asked
    .filter(one => one.kind === kind)
    .map(one => one.tookMs)
    .sort((a, b) => a - b)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return {
    requests: took.length,
    perSecond: took.length / (durationMs / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

/** How many ended in which way, `ok` aside. */
export function errorsOf(asked: Asked[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of asked) if (outcome !== 'ok') counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Median of the first and of the last ten seconds. */
export function memoryEnds(memoryMb: number[]): { firstMb: number; lastMb: number } {
  const seconds = Math.min(10, Math.floor(memoryMb.length / 2))
  return { firstMb: median(memoryMb.slice(0, seconds)), lastMb: median(memoryMb.slice(-seconds)) }
}

/** More than this is growth, not the coming and going of a garbage collector. */
const GROWTH_SHARE = 0.15
const GROWTH_MB = 30

/**
 * What is wrong with a run of the server, in words; empty when nothing is. A 429 and a 500 are passed on one by one; a
 * 503 and a broken connection may have been mended by asking again.
 */
export function failuresOf({ asked, dealt }: Pick<Run, 'asked' | 'dealt'>): string[] {
  const errors = errorsOf(asked)
  const allowed: Record<string, number> = {
    'upstream 429': dealt['429'] ?? 0,
    'upstream 500': dealt['500'] ?? 0,
    'upstream 503': dealt['503'] ?? 0,
    'upstream broke': dealt.reset ?? 0,
  }
  const failures = Object.entries(errors)
    .filter(([outcome, count]) => count > (allowed[outcome] ?? 0))
    .map(([outcome, count]) => `${count} × ${outcome}, of which the sandbox caused ${allowed[outcome] ?? 0}`)
  for (const kind of ['429', '500']) {
    const passedOn = errors[`upstream ${kind}`] ?? 0
    if (passedOn < (dealt[kind] ?? 0)) failures.push(`${dealt[kind]} × ${kind} dealt, ${passedOn} passed on`)
  }
  return failures
}

/** That memory grew, in words; empty when it did not. Only of a run that the heap had found its size before. */
export function growthOf(memoryMb: number[]): string[] {
  const { firstMb, lastMb } = memoryEnds(memoryMb)
  const isFlat = lastMb <= firstMb * (1 + GROWTH_SHARE) + GROWTH_MB
  return isFlat ? [] : [`memory grew from ${firstMb.toFixed(0)} to ${lastMb.toFixed(0)} MB`]
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
