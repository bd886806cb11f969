/** How the catalog's commands end: 0 or 1 say what was found, 2 that nothing could be found out, in one sentence. */
import { DescriptionError } from './read-description.ts'

/** Runs `command` and sets the exit code to its result, or to 2 when it fails. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    console.error(isExpected(error) ? error.message : error)
    process.exitCode = 2
  }
}

function isExpected(error: unknown): error is Error {
  if (error instanceof DescriptionError) return true
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
