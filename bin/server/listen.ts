/** Listening and closing of the local server, with errors for its user. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigurationError } from '../../lambda/shared/config.ts'
import { commandLine } from '../installation.ts'
import type { ServerOptions } from './options.ts'

/** @returns the port. @throws ConfigurationError with what to do about it */
export async function listen(
  server: Server,
  { port, host }: Pick<ServerOptions, 'port' | 'host'>,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, host, port)))
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port // listening on TCP: never a pipe's name
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigurationError(
      `Port ${port} is in use. Stop the program that uses it, or choose another port: ${commandLine('start', `--port ${port + 1}`)}`,
    )
  }
  if (error.code === 'EACCES')
    return new ConfigurationError(`This user may not listen on port ${port}. Choose a port above 1023.`)
  return new ConfigurationError(
    `Cannot listen on ${host}:${port} (${error.code}). Check --host: it must be an address of this machine.`,
  )
}

/** Ends its open connections too. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
