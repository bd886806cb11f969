/** A full disk: how its errors look, and what to say about them. Loaded before anything else, so it needs little. */
import { inspect } from 'node:util'
import { ConfigurationError } from '../../lambda/shared/config.ts'

/** True for an error of a full disk, wherever in the chain of causes. */
export function isDiskFull(error: unknown): boolean {
  return /ENOSPC|EDQUOT|no space left|disk quota/i.test(describeAll(error))
}

export function diskFull(folder: string): ConfigurationError {
  return new ConfigurationError(
    `There is no space left for the data in ${folder}. Free some, then start again: the data is not damaged.`,
  )
}

/** Code and message of the error and of its causes. */
export function describeAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return `${code} ${error.message} ${error.cause === undefined ? '' : describeAll(error.cause)}`
}

/** What a crash says. The store of the table fails in its own callbacks when the disk is full, where nobody can catch it. */
export function describeCrash(error: unknown, folder: string): string {
  return isDiskFull(error) ? diskFull(folder).message : inspect(error)
}
