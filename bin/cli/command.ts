/** What a command is: its words, its options, its action. */
import type { Api } from './api.ts'
import type { Terminal } from './terminal.ts'

export interface Option {
  type: 'string' | 'boolean'
  /** Placeholder of the value in the help: `NAME`. */
  value?: string
  about: string
  required?: boolean
  /** `--no-…` is accepted too, and means false. */
  isNegatable?: boolean
}

/** Parsed arguments: options by name, and the id where the command takes one. */
export interface Args {
  text(name: string): string | undefined
  flag(name: string): boolean | undefined
  /** The positional argument of a command that takes one; empty for the others. */
  id: string
}

export interface Context {
  args: Args
  /** The admin API of the server or function that the options select; connects on first use. */
  api: Api
  terminal: Terminal
  env: NodeJS.ProcessEnv
  nowMs: number
}

export interface Command {
  /** `['connector', 'create']`, `['doctor']`. */
  words: readonly [string, ...string[]]
  about: string
  /** Placeholder of the positional argument in the help, for a command that takes one. */
  argument?: string
  /** The command can go without its positional argument. */
  argumentIsOptional?: boolean
  options: Record<string, Option>
  /** Command lines, without the name of the program. */
  examples: string[]
  run(context: Context): Promise<void>
}
