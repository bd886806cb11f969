/** Where the server listens, for the command line in the same folder: a file beside the data, there while it runs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const FILE = 'server-url'

/** Writes the address down. @returns what takes the file away again, unless another server has written its own by then. */
export function writeServerAddress(dataFolder: string, origin: string): () => Promise<void> {
  const file = path.join(dataFolder, FILE)
  writeFileSync(file, `${origin}\n`)
  return async () => {
    try {
      if (readFileSync(file, 'utf8').trim() === origin) rmSync(file)
    } catch {
      // It is gone already.
    }
  }
}
