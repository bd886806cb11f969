/** The results of the peer harness as one table of ratios. Pure. */

/** What is read of a row of the harness: times in ms, CPU in microseconds per message, memory in MB. */
export interface HarnessRow {
  name: string
  /** Size of the bundle in KB. */
  minKB: number
  /** From process start to the first answer. */
  first: number
  /** The first answer's part of `first`. */
  firstMs: number
  listCpu: number
  callCpu: number
  steadyMB: number
}

/** The rows of one run, by name. */
export type Run = ReadonlyMap<string, HarnessRow>

export interface PeerRuns {
  /** Full core, upstream over HTTP. */
  fullCore: Run
  /** The CPU share of 512 MB, upstream over TLS. */
  small: Run
}

export const OURS = 'gumloop-mcp'

/** Ratios that should not be exceeded, each with its two figures. */
const RATIOS: {
  what: string
  run: keyof PeerRuns
  peer: string
  figure: 'first' | 'firstMs' | 'listCpu' | 'callCpu'
  unit: string
  limit: number
}[] = [
  {
    what: 'cold start',
    run: 'fullCore',
    peer: 'hand-ddb-http-sigv4',
    figure: 'first',
    unit: 'ms',
    limit: 1.7,
  },
  {
    what: 'cold start at 512 MB over TLS',
    run: 'small',
    peer: 'floor-http',
    figure: 'first',
    unit: 'ms',
    limit: 0.88,
  },
  { what: 'CPU of a call', run: 'fullCore', peer: 'hand-T-all', figure: 'callCpu', unit: 'µs', limit: 1.5 },
  { what: 'CPU of a list', run: 'fullCore', peer: 'hand-T-all', figure: 'listCpu', unit: 'µs', limit: 1.4 },
  { what: 'CPU of a list', run: 'fullCore', peer: 'floor', figure: 'listCpu', unit: 'µs', limit: 3 },
  {
    what: 'CPU of a call at 512 MB over TLS',
    run: 'small',
    peer: 'floor-http',
    figure: 'callCpu',
    unit: 'µs',
    limit: 1.8,
  },
]

/** Figures of our own that should not be exceeded. */
const ABSOLUTES: {
  what: string
  run: keyof PeerRuns
  figure: 'firstMs' | 'steadyMB' | 'minKB'
  unit: string
  limit: number
}[] = [
  { what: 'first call at 512 MB over TLS', run: 'small', figure: 'firstMs', unit: 'ms', limit: 10 },
  { what: 'memory after warm messages', run: 'fullCore', figure: 'steadyMB', unit: 'MB', limit: 120 },
  { what: 'bundle', run: 'fullCore', figure: 'minKB', unit: 'KB', limit: 720 },
]

/** @throws Error when a run lacks us or a peer */
export function peerTable(runs: PeerRuns): string {
  const rows = RATIOS.map(({ what, run, peer, figure, unit, limit }) => {
    const [ours, theirs] = [rowOf(runs[run], OURS)[figure], rowOf(runs[run], peer)[figure]]
    const ratio = ours / theirs
    return `| ${what} | ${rounded(ours)} ${unit} | ${peer}: ${rounded(theirs)} ${unit} | ${ratio.toFixed(2)} × | ${limit} × | ${verdict(ratio <= limit)} |`
  })
  const own = ABSOLUTES.map(({ what, run, figure, unit, limit }) => {
    const value = rowOf(runs[run], OURS)[figure]
    return `| ${what} | ${rounded(value)} ${unit} | | | ${limit} ${unit} | ${verdict(value <= limit)} |`
  })
  return [
    '| What | Ours | Peer | Ratio | Goal | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...own,
  ].join('\n')
}

function rowOf(run: Run, name: string): HarnessRow {
  const row = run.get(name)
  if (row === undefined) throw new Error(`the harness measured nothing for ${name}`)
  return row
}

function rounded(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0)
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'missed'
}
