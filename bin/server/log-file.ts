/** The local server's log file. A log that cannot be written must not fail what it tells of. */
import { appendFileSync, renameSync, statSync } from 'node:fs'

/** Beyond this the file becomes `server.log.1`, in place of the one before. */
const MAX_BYTES = 20 * 1024 * 1024

/** @returns a function that appends a line and never throws. */
export function openLogFile(file: string, onUnwritable: (reason: string) => void): (line: string) => void {
  let bytes = sizeOf(file)
  let isWritable = true
  return line => {
    try {
      if (bytes > MAX_BYTES) {
        renameSync(file, `${file}.1`)
        bytes = 0
      }
      appendFileSync(file, line, { mode: 0o600 })
      bytes += Buffer.byteLength(line)
      isWritable = true
    } catch (error) {
      // Reported once until it works again.
      if (isWritable) onUnwritable(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
      isWritable = false
    }
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}
