/** Everything that a local program stores is for its user alone: it contains tokens, and texts of runs. */
import { chmodSync, mkdirSync } from 'node:fs'

const OWNER_ONLY_MASK = 0o077
const OWNER_ONLY_FOLDER = 0o700

/** From now on, each file and folder that this process creates is for its user alone, libraries' files included. */
export function createPrivateFiles(): void {
  process.umask(OWNER_ONLY_MASK)
}

/** Creates the folder if it does not exist, for its user alone, and repairs one that is open. Throws file system errors. */
export function openPrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  chmodSync(folder, OWNER_ONLY_FOLDER)
}
