/** A command that did not work, in words for the person at the terminal. */
import type { ValidationError } from '../../lambda/shared/errors.ts'

/** 1: it did not work. 2: it was asked for wrongly, and would never work like this. */
export type ExitCode = 0 | 1 | 2

export class CliFailure extends Error {
  readonly exitCode: ExitCode
  readonly nextStep: string | undefined
  readonly errors: ValidationError[]
  /** The server's own code of the error, for scripts. */
  readonly code: string
  constructor(
    exitCode: ExitCode,
    message: string,
    details: {
      nextStep?: string | undefined
      errors?: ValidationError[] | undefined
      code?: string | undefined
    } = {},
  ) {
    super(message)
    this.name = 'CliFailure'
    this.exitCode = exitCode
    this.nextStep = details.nextStep
    this.errors = details.errors ?? []
    this.code = details.code ?? (exitCode === 2 ? 'usage' : 'failure')
  }
}

/** The command line was wrong. */
export function usageFailure(message: string, nextStep?: string): CliFailure {
  return new CliFailure(2, message, { nextStep })
}
