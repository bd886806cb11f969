/**
 * DynamoDB on this machine: dynalite, a server of the real protocol, with its data in a folder that survives a kill.
 * dynalite checks no signature and allows any origin, so nothing but this process may reach it: it listens on a Unix
 * socket (a named pipe on Windows) instead of a port, and a random credential of this start is checked before it.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import dynalite from 'dynalite'
import { Level } from 'level'
import { ConfigurationError } from '../../lambda/shared/config.ts'
import { describeAll, diskFull, isDiskFull } from './disk-full.ts'

/** Linux takes 107 bytes in the address of a Unix socket, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 100
/** DynamoDB's own limit for one request. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024

export interface EmbeddedTable {
  /** Session token of the AWS credentials that requests must carry: 256 random bits, made at this start. */
  sessionToken: string
  /** Connects whatever host a request names to the table's socket. */
  agent: http.Agent
  /** Address of the Unix socket or named pipe. */
  socketPath: string
  close(): Promise<void>
}

/** @throws ConfigurationError when the folder is in use by another process or its data cannot be read. */
export async function startEmbeddedTable(folder: string): Promise<EmbeddedTable> {
  await checkFolder(folder)
  const sessionToken = randomBytes(32).toString('base64url')
  const server: Server = dynalite({ path: folder, createTableMs: 0 })
  guard(server, sessionToken)
  const { socketPath, remove } = chooseSocketPath(folder)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  const agent = new SocketAgent(socketPath)
  const close = () =>
    new Promise<void>(resolve => {
      agent.destroy()
      server.close(() => {
        remove()
        resolve()
      })
      server.closeAllConnections()
    })
  return { sessionToken, agent, socketPath, close }
}

/** Checks every request before dynalite sees it, and hands over only requests that arrived whole. */
function guard(server: Server, sessionToken: string): void {
  const serve = server.listeners('request')
  server.removeAllListeners('request')
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Without a listener, a connection that ends inside a request would end the process.
    request.on('error', () => response.destroy())
    response.on('error', () => undefined)
    if (
      request.headers.origin !== undefined ||
      !isSame(request.headers['x-amz-security-token'], sessionToken)
    ) {
      request.resume()
      response.writeHead(403, { connection: 'close' }).end()
      return
    }
    readWhole(request, body => {
      if (body === undefined) {
        response.writeHead(413, { connection: 'close' }).end()
        return
      }
      const { method, url, headers } = request
      const whole = Object.assign(Readable.from([body], { objectMode: false }), { method, url, headers })
      for (const listener of serve) Reflect.apply(listener, server, [whole, response])
    })
  })
}

/** Calls back with the body once it is complete, with undefined once it is too long, and never if it is cut off. */
function readWhole(request: IncomingMessage, onEnd: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk)
  })
  request.on('end', () => onEnd(bytes <= MAX_REQUEST_BYTES ? Buffer.concat(chunks) : undefined))
}

function isSame(sent: string | string[] | undefined, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return typeof sent === 'string' && timingSafeEqual(hash(sent), hash(expected))
}

/**
 * In the data folder where its path is short enough for a socket; a folder of its own for this user where it is not.
 */
function chooseSocketPath(folder: string): { socketPath: string; remove: () => void } {
  if (process.platform === 'win32') {
    const socketPath = `\\\\.\\pipe\\gumloop-mcp-${randomBytes(16).toString('hex')}`
    return { socketPath, remove: () => undefined }
  }
  const beside = `${path.resolve(folder)}.sock`
  const isShort = Buffer.byteLength(beside) <= MAX_SOCKET_PATH_BYTES
  const own = isShort ? undefined : mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-table-'))
  const socketPath = own === undefined ? beside : path.join(own, 'table.sock')
  // A killed server leaves its socket behind; the store's lock has shown that nobody uses it.
  rmSync(socketPath, { force: true })
  const remove = () => rmSync(own ?? socketPath, { recursive: true, force: true })
  return { socketPath, remove }
}

/** Keep-alive connections to one Unix socket or named pipe. */
class SocketAgent extends http.Agent {
  readonly #path: string

  constructor(socketPath: string) {
    super({ keepAlive: true, scheduling: 'lifo' })
    this.#path = socketPath
  }

  override createConnection(): net.Socket {
    return net.connect(this.#path)
  }
}

/** dynalite opens its store lazily and fails the first request, so the store is opened and closed once before. */
async function checkFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const store = new Level(folder)
    await store.open()
    await store.close()
  } catch (error) {
    throw toStoreError(error, folder)
  }
}

/** An error of the store, with a message for the user who started the server. */
export function toStoreError(error: unknown, folder: string): ConfigurationError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
  const isLocked = cause !== undefined && 'code' in cause && cause.code === 'LEVEL_LOCKED'
  if (isLocked) return new ConfigurationError(`Another server is using the data in ${folder}. Stop it first.`)
  if (isDiskFull(error)) return diskFull(folder)
  if (/permission denied|read-only|EACCES|EROFS|EPERM/i.test(describeAll(error)))
    return new ConfigurationError(
      `This user cannot write to ${folder}. Give it access; the data itself is not damaged.`,
    )
  return new ConfigurationError(
    `The data in ${folder} cannot be read. Start with --reset to begin anew: it moves the data aside and deletes nothing.`,
  )
}
