/** A failed command, with a message for the user. */
import type { ValidationError } from '../../lambda/shared/errors.ts'

/** 1: failure. 2: invalid usage or input. */
export type ExitCode = 0 | 1 | 2

export class CliFailure extends Error {
  readonly exitCode: ExitCode
  readonly nextStep: string | undefined
  readonly errors: ValidationError[]
  /** The server's error code, for scripts. */
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

/** A failure because of an invalid command line. */
export function usageFailure(message: string, nextStep?: string): CliFailure {
  return new CliFailure(2, message, { nextStep })
}
