/** A list as people type it, with commas. Pure. */
import { usageFailure } from './cli-failure.ts'

/** The words of the list; `all` alone is no limit, and so no word. Undefined stays undefined. Throws `CliFailure`. */
export function listOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const words = text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
  if (words.length === 0) throw usageFailure('A list is empty.', 'Say all for no limit.')
  return words.length === 1 && words[0] === 'all' ? [] : words
}
