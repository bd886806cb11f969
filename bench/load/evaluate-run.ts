/** Evaluates a run of the load test: times, errors and their causes, memory, and what counts as a failure. Pure. */
import type { FailureCounts } from './injected-failures.ts'
import type { Sample } from './run-clients.ts'

export interface Run {
  samples: Sample[]
  /** One value per second. */
  memoryMb: number[]
  /** Failures that the sandbox injected, by kind. */
  injected: FailureCounts
}

export interface Times {
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** Statistics over the requests of one kind. */
export function timesOf(samples: Sample[], kind: Sample['kind'], durationMs: number): Times {
  const sorted = samples
    .filter(sample => sample.kind === kind)
    .map(sample => sample.durationMs)
    .sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    requests: sorted.length,
    perSecond: sorted.length / (durationMs / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

/** The number of requests per outcome other than `ok`. */
export function errorsOf(samples: Sample[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of samples) if (outcome !== 'ok') counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Medians of the first and of the last ten seconds. */
export function memoryEnds(memoryMb: number[]): { firstMb: number; lastMb: number } {
  const seconds = Math.min(10, Math.floor(memoryMb.length / 2))
  return { firstMb: median(memoryMb.slice(0, seconds)), lastMb: median(memoryMb.slice(-seconds)) }
}

/** Tolerances for the variation that garbage collection causes. */
const GROWTH_SHARE = 0.15
const GROWTH_MB = 30

/**
 * Describes what failed in a run of the server. Every injected 429 and 500 must reach the client; a 503 and a broken
 * connection may have been recovered by a retry.
 */
export function failuresOf({ samples, injected }: Pick<Run, 'samples' | 'injected'>): string[] {
  const errors = errorsOf(samples)
  const allowed: Record<string, number> = {
    'upstream 429': injected['429'] ?? 0,
    'upstream 500': injected['500'] ?? 0,
    'upstream 503': injected['503'] ?? 0,
    'upstream broke': injected.reset ?? 0,
  }
  const failures = Object.entries(errors)
    .filter(([outcome, count]) => count > (allowed[outcome] ?? 0))
    .map(([outcome, count]) => `${count} × ${outcome}, but only ${allowed[outcome] ?? 0} injected`)
  for (const kind of ['429', '500']) {
    const reported = errors[`upstream ${kind}`] ?? 0
    if (reported < (injected[kind] ?? 0))
      failures.push(`${injected[kind]} × ${kind} injected, but only ${reported} reported`)
  }
  return failures
}

/** Describes growth of memory; empty without it. Valid only for a run that started with a settled heap. */
export function growthOf(memoryMb: number[]): string[] {
  const { firstMb, lastMb } = memoryEnds(memoryMb)
  const isFlat = lastMb <= firstMb * (1 + GROWTH_SHARE) + GROWTH_MB
  return isFlat ? [] : [`memory grew from ${firstMb.toFixed(0)} to ${lastMb.toFixed(0)} MB`]
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
