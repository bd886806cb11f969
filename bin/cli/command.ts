/** What a command is: its words, its options, and what it does with them. */
import type { Api } from './api.ts'
import type { Terminal } from './terminal.ts'

export interface Option {
  type: 'string' | 'boolean'
  /** What stands for the value in the help: `NAME`. */
  value?: string
  about: string
  required?: boolean
  /** `--no-…` may be given too, and means false. */
  isNegatable?: boolean
}

/** What the command line held: options by name, and the id where the command takes one. */
export interface Given {
  text(name: string): string | undefined
  flag(name: string): boolean | undefined
  /** The one argument of a command that takes an id; empty for the others. */
  id: string
}

export interface Context {
  given: Given
  /** The server or function that the command talks to; opened when first used. */
  api: Api
  terminal: Terminal
  env: NodeJS.ProcessEnv
  nowMs: number
}

export interface Command {
  /** `['connector', 'create']`, `['doctor']`. */
  words: readonly [string, ...string[]]
  about: string
  /** Set for a command that takes one argument: how the help names it. */
  argument?: string
  options: Record<string, Option>
  /** Command lines, without the name of the program. */
  examples: string[]
  run(context: Context): Promise<void>
}
