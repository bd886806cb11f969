/** Computes medians of several handlers' samples and their ratios to the first handler. Pure. */

/** The measurements of one environment. */
export interface Sample {
  /** From process start to the request for the first event: the module is loaded, connections are being opened. */
  initMs: number
  firstCallMs: number
  /** CPU time of the process until the end of its first call, which varies less than wall time on a busy machine. */
  coldCpuMs: number
  /** CPU time of one warm message, including the runtime's share; absent where no warm calls were made. */
  listCpuMicroseconds?: number
  callCpuMicroseconds?: number
}

export interface Subject {
  name: string
  sizeKb: number
  samples: Sample[]
}

export interface Row {
  name: string
  sizeKb: number
  /** Medians by column, and their ratios to those of the first row. */
  median: number[]
  ratio: number[]
}

const COLUMNS: [heading: string, value: (sample: Sample) => number | undefined][] = [
  ['cold ms', sample => sample.initMs + sample.firstCallMs],
  ['cold CPU ms', sample => sample.coldCpuMs],
  ['init ms', sample => sample.initMs],
  ['first call ms', sample => sample.firstCallMs],
  ['list CPU µs', sample => sample.listCpuMicroseconds],
  ['call CPU µs', sample => sample.callCpuMicroseconds],
]

/** @param subjects the first one is the baseline */
export function compare(subjects: Subject[]): Row[] {
  const medians = subjects.map(({ samples }) =>
    COLUMNS.map(([, value]) => median(samples.map(value).filter(one => one !== undefined))),
  )
  return subjects.map(({ name, sizeKb }, index) => {
    const own = medians[index] ?? []
    return {
      name,
      sizeKb,
      median: own,
      ratio: own.map((one, column) => one / (medians[0]?.[column] ?? Number.NaN)),
    }
  })
}

/** A Markdown table of values, each followed by its ratio. */
export function table(rows: Row[]): string {
  const lines = [
    ['handler', 'KB', ...COLUMNS.map(([heading]) => heading)],
    ['---', '---', ...COLUMNS.map(() => '---')],
    ...rows.map(({ name, sizeKb, median: medians, ratio }) => [
      name,
      sizeKb.toFixed(0),
      ...medians.map((one, column) => `${one.toFixed(one < 100 ? 1 : 0)} (${ratio[column]?.toFixed(1)} ×)`),
    ]),
  ]
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n')
}

/** NaN for no values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 0 ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper
}
