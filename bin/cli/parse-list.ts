/** Parses comma-separated option values. Pure. */
import { usageFailure } from './cli-failure.ts'

/**
 * The entries of the list. `all` alone means no restriction: an empty list. Undefined stays undefined. Throws
 * `CliFailure`.
 */
export function parseList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const words = text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
  if (words.length === 0) throw usageFailure('A list is empty.', 'Use all for no restriction.')
  return words.length === 1 && words[0] === 'all' ? [] : words
}
