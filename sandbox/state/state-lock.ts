/**
 * Prevents two sandboxes from using one state file, since each would overwrite the other's changes. The lock is a
 * listening local socket: the operating system closes it with the process, while a PID file could outlive the process.
 */
import { createHash } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface StateLock {
  release(): Promise<void>
}

const NO_LOCK: StateLock = { release: () => Promise.resolve() }

/** Socket paths are limited to about 100 characters, and not every file system supports sockets. */
function socketPath(stateFile: string): string {
  const name = createHash('sha256').update(resolve(stateFile)).digest('hex').slice(0, 24)
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\gumloop-sandbox-${name}`
    : join(tmpdir(), `gumloop-sandbox-${name}`)
}

/** The lock, or the error code when it cannot be acquired. */
function tryToLock(path: string): Promise<StateLock | string> {
  return new Promise(settle => {
    const server = createServer(socket => socket.destroy()).unref()
    server.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'unknown'))
    server.listen(path, () => settle({ release: () => new Promise(done => server.close(() => done())) }))
  })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise(settle => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      settle(true)
    })
    socket.once('error', () => settle(false))
  })
}

/** A process that is being killed needs some time to release the lock. */
const TRIES = 6
const PAUSE_MS = 150

/**
 * @returns the lock, or null when another running sandbox holds it. Where the system does not allow the socket, the
 * sandbox runs without a lock.
 */
export async function lockState(stateFile: string): Promise<StateLock | null> {
  const path = socketPath(stateFile)
  for (let tried = 0; tried < TRIES; tried += 1) {
    const result = await tryToLock(path)
    if (typeof result !== 'string') return result
    if (result !== 'EADDRINUSE') return NO_LOCK
    if (await isAnswered(path)) await new Promise(done => setTimeout(done, PAUSE_MS))
    else removeLeftover(path)
  }
  return null
}

/** Removes the socket of a killed process. */
function removeLeftover(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Another process removed it first; the next attempt to lock decides.
  }
}
