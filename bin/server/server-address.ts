/** A file with the server's address, for the command line in the same folder. It exists while the server runs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const FILE = 'server-url'

/** Writes the address. @returns a function that removes the file, unless another server has replaced it. */
export function writeServerAddress(dataFolder: string, origin: string): () => Promise<void> {
  const file = path.join(dataFolder, FILE)
  writeFileSync(file, `${origin}\n`, { mode: 0o600 })
  return async () => {
    try {
      if (readFileSync(file, 'utf8').trim() === origin) rmSync(file)
    } catch {
      // Already removed.
    }
  }
}
