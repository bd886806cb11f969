/**
 * Keeps two sandboxes off one state file: each would write over what the other remembers. The lock is a listening
 * local socket, which the system takes away with the process, however that ends; a number in a file would outlive it.
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

/** Short and in the temporary folder: socket paths have about 100 characters, and not every file system bears them. */
function socketPath(stateFile: string): string {
  const name = createHash('sha256').update(resolve(stateFile)).digest('hex').slice(0, 24)
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\gumloop-sandbox-${name}`
    : join(tmpdir(), `gumloop-sandbox-${name}`)
}

/** The lock, or the code of the error that stood in the way. */
function tryToHold(path: string): Promise<StateLock | string> {
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

/** How long a process that is being killed may take to let go. */
const TRIES = 6
const PAUSE_MS = 150

/**
 * @returns the lock, or null when a living sandbox has it and keeps it. Where the system allows no such socket, the
 * lock holds nothing: better an unguarded sandbox than none.
 */
export async function lockState(stateFile: string): Promise<StateLock | null> {
  const path = socketPath(stateFile)
  for (let tried = 0; tried < TRIES; tried += 1) {
    const held = await tryToHold(path)
    if (typeof held !== 'string') return held
    if (held !== 'EADDRINUSE') return NO_LOCK
    if (await isAnswered(path)) await new Promise(done => setTimeout(done, PAUSE_MS))
    else removeLeftover(path)
  }
  return null
}

/** The socket of a killed process; somebody else may have been faster. */
function removeLeftover(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // gone already: the next try tells
  }
}
