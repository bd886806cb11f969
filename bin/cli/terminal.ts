/** What goes onto the terminal: colour where it is wanted, tables for people, JSON for pipes. */

export interface OutputStream {
  write(text: string): unknown
  isTTY?: boolean
}

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

const CODES: Record<Colour, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
}

export type Paint = (colour: Colour, text: string) => string

/** Colours on a terminal, unless `NO_COLOR` is set (no-color.org) or it is a dumb one; `FORCE_COLOR` says yes anywhere. */
export function createPaint(stream: OutputStream, env: NodeJS.ProcessEnv): Paint {
  const forced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0'
  const wanted = (env.NO_COLOR ?? '') === '' && (forced || (stream.isTTY === true && env.TERM !== 'dumb'))
  return (colour, text) => (wanted ? `\u001b[${CODES[colour][0]}m${text}\u001b[${CODES[colour][1]}m` : text)
}

export interface Terminal {
  paint: Paint
  /** True for `--json`. */
  wantsJson: boolean
  /** One line of the result. */
  line(text?: string): void
  /** The result as JSON. */
  json(value: unknown): void
  /** A word aside, on standard error: never part of what a pipe reads. */
  aside(text: string): void
  /** True when somebody sits there to be asked. */
  isInteractive: boolean
  /** Asks for a secret, without showing it; from a pipe, reads all of it. Throws `CliFailure` when there is none. */
  readSecret(question: string): Promise<string>
  /** Asks a question of yes or no; no is the default. */
  confirm(question: string): Promise<boolean>
}

/** Cells in columns of equal width, the heading above. Colour codes take no room. */
export function renderTable(headings: string[], rows: string[][], paint: Paint): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...rows.map(row => row[column] ?? '')].map(visibleLength)),
  )
  const render = (cells: string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)))
      .join('  ')
      .trimEnd()
  return [paint('dim', render(headings)), ...rows.map(render)]
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return [...text.replace(/\u001b\[\d+m/g, '')].length
}

/** A name and its value on one line each, values aligned. */
export function renderFields(fields: [string, string][], paint: Paint): string[] {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`)
}
