/** The load test's figures as Markdown. Pure. */
import { errorsOf, memoryEnds, type Run, timesOf } from './verdict.ts'

export interface Setting {
  clients: number
  seconds: number
  /** `v24.21.0, 2 cores`. */
  machine: string
}

const one = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

export function report(ours: Run, bare: Run, { clients, seconds, machine }: Setting): string {
  const rows = (['list', 'call'] as const).map(kind => {
    const [a, b] = [ours, bare].map(run => timesOf(run.asked, kind, seconds * 1000))
    if (!a || !b) return ''
    const cells = [`tools/${kind}`, String(a.requests), one(a.perSecond)]
    const pair = (mine: number, floor: number) => `${one(mine)} / ${one(floor)} (${one(mine / floor)} ×)`
    return `| ${[...cells, pair(a.p50Ms, b.p50Ms), pair(a.p99Ms, b.p99Ms)].join(' | ')} |`
  })
  const { firstMb, lastMb } = memoryEnds(ours.memoryMb)
  return [
    `${clients} clients for ${seconds} s on loopback, each on its own connection, asking for lists and calls of both eras in turn with a second's pause on average; and the same against a server that only forwards, ten seconds each in turn. Server, sandbox and clients share one machine (${machine}), so the ratios say more than the times.`,
    '',
    '| Asked | Answers | per s | p50 ms, ours / bare | p99 ms, ours / bare |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Errors, all of them dealt by the sandbox: ${pairs(errorsOf(ours.asked))}. Dealt: ${pairs(ours.dealt)}; what is missing among the errors was mended by asking again, after a pause that is in the times.`,
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

const BEGIN = '<!-- load: written by `npm run bench:load -- --write` -->'
const END = '<!-- /load -->'

/** `page` with `text` between the marks of this section. @throws when the page has lost them. */
export function withSection(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has lost its marks ${BEGIN} … ${END}`)
  return `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`
}
