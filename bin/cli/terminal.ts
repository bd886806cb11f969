/** Output to the terminal: colors where supported, tables for people, JSON for scripts. */

export interface OutputStream {
  write(text: string): unknown
  isTTY?: boolean
}

export type Color = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

const CODES: Record<Color, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
}

export type Paint = (color: Color, text: string) => string

/**
 * Colors on a terminal, unless `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`; `FORCE_COLOR` enables them
 * anywhere.
 */
export function createPaint(stream: OutputStream, env: NodeJS.ProcessEnv): Paint {
  const isForced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0'
  const isEnabled =
    (env.NO_COLOR ?? '') === '' && (isForced || (stream.isTTY === true && env.TERM !== 'dumb'))
  return (color, text) => (isEnabled ? `\u001b[${CODES[color][0]}m${text}\u001b[${CODES[color][1]}m` : text)
}

export interface Terminal {
  paint: Paint
  /** True for `--json`. */
  wantsJson: boolean
  /** One line of the result. */
  line(text?: string): void
  /** The result as JSON. */
  json(value: unknown): void
  /** A note on standard error, so that it is never part of piped output. */
  note(text: string): void
  /** True if a user can answer questions. */
  isInteractive: boolean
  /** Prompts for a secret without echoing it, or reads all of a pipe. Throws `CliFailure` if it is empty. */
  readSecret(question: string): Promise<string>
  /** Asks a yes/no question; the default is no. */
  confirm(question: string): Promise<boolean>
}

/** A table with aligned columns and a heading. Color codes do not count as width. */
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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches the escape character of color codes
  return [...text.replace(/\u001b\[\d+m/g, '')].length
}

/** A name and its value on one line each, values aligned. */
export function renderFields(fields: [string, string][], paint: Paint): string[] {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`)
}
