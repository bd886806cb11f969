/** The local server's data folder. */
import { accessSync, constants, existsSync, renameSync } from 'node:fs'
import { ConfigurationError } from '../../lambda/shared/config.ts'
import { openPrivateFolder } from '../private-files.ts'

/** Creates it, or moves it aside first. @throws ConfigurationError where this user may not write to it */
export function openDataFolder(folder: string, isReset: boolean): void {
  try {
    // Moved rather than deleted: whoever resets by mistake loses nothing.
    if (isReset && existsSync(folder)) renameSync(folder, `${folder}.${Date.now()}`)
    openPrivateFolder(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new ConfigurationError(
      `The data folder ${folder} cannot be used${code}. Move it away, or give this user access to it.`,
    )
  }
}
