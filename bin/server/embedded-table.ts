/** DynamoDB on this machine: dynalite, a server of the real protocol, with its data in a folder that survives a kill. */
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import { Level } from 'level'
import { ConfigurationError } from '../../lambda/shared/config.ts'

export interface EmbeddedTable {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL_DYNAMODB. */
  endpoint: string
  close(): Promise<void>
}

/** @throws ConfigurationError when the folder is in use by another process or its data cannot be read. */
export async function startEmbeddedTable(folder: string): Promise<EmbeddedTable> {
  await checkFolder(folder)
  const server: Server = dynalite({ path: folder, createTableMs: 0 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { endpoint, close }
}

/** dynalite opens its store late and reports a failure to whoever happens to ask: so it is opened once before. */
async function checkFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true })
    const store = new Level(folder)
    await store.open()
    await store.close()
  } catch (error) {
    throw toStoreError(error, folder)
  }
}

/** What a failure of the store means to the person who started the server. */
export function toStoreError(error: unknown, folder: string): ConfigurationError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
  const isLocked = cause !== undefined && 'code' in cause && cause.code === 'LEVEL_LOCKED'
  return isLocked
    ? new ConfigurationError(`Another server is using the data in ${folder}. Stop it first.`)
    : new ConfigurationError(
        `The data in ${folder} cannot be read. Move that folder away to keep it, or start with --reset to begin anew.`,
      )
}
