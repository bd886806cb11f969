/** How the catalog's commands exit: 0 or 1 with the result, 2 with one sentence if they could not run. */
import { DescriptionError } from './read-description.ts'

/** Runs `command` and sets the exit code to its result, or to 2 if it fails. */
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
