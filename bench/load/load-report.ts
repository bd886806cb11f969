/** Formats the results of the load test as Markdown. Pure. */
import { errorsOf, memoryEnds, type Run, timesOf } from './evaluate-run.ts'

export interface Setting {
  clients: number
  seconds: number
  /** `v24.21.0, 2 cores`. */
  machine: string
}

const one = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

export function report(ours: Run, bare: Run, { clients, seconds, machine }: Setting): string {
  const rows = (['list', 'call'] as const).map(kind => {
    const [a, b] = [ours, bare].map(run => timesOf(run.samples, kind, seconds * 1000))
    if (!a || !b) return ''
    const cells = [`tools/${kind}`, String(a.requests), one(a.perSecond)]
    const pair = (mine: number, floor: number) => `${one(mine)} / ${one(floor)} (${one(mine / floor)} ×)`
    return `| ${[...cells, pair(a.p50Ms, b.p50Ms), pair(a.p99Ms, b.p99Ms)].join(' | ')} |`
  })
  const { firstMb, lastMb } = memoryEnds(ours.memoryMb)
  return [
    `${clients} clients for ${seconds} s on loopback, each on its own connection, alternating lists and calls of the 2025 and 2026 protocol versions, with an average pause of one second; and the same against a server that only forwards, in alternating slices of ten seconds. Server, sandbox and clients share one machine (${machine}), so the ratios are more meaningful than the times.`,
    '',
    '| Method | Answers | per s | p50 ms, ours / bare | p99 ms, ours / bare |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Errors, all injected by the sandbox: ${pairs(errorsOf(ours.samples))}. Injected failures: ${pairs(ours.injected)}; those missing among the errors were recovered by a retry, whose pause is included in the times.`,
    '',
    `Memory of the server, median of the first and the last ten seconds: ${firstMb.toFixed(0)} MB, ${lastMb.toFixed(0)} MB.`,
  ].join('\n')
}

function pairs(counts: Record<string, number>): string {
  const text = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')
  return text === '' ? 'none' : text
}
