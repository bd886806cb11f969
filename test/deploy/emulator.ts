/** The AWS emulator ministack in its own Python environment, on a free port of the loopback interface. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pythonEnvironment } from '../support/python-environment.ts'

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt')
const READY_WITHIN_MS = 60_000
/** Between SIGTERM and SIGKILL. */
const TERMINATION_GRACE_MS = 5_000

export const ACCOUNT = '000000000000'
export const REGION = 'us-east-1'

export interface Emulator {
  /** `http://127.0.0.1:PORT`. */
  endpoint: string
  /** The environment variables for the CDK CLI and the AWS clients. */
  environment: Record<string, string>
  log: () => string
  stop: () => Promise<void>
}

/** Starts the emulator. Functions run on the Node version of this test, which must be their runtime's (24). */
export async function startEmulator(): Promise<Emulator> {
  const program = path.join(pythonEnvironment('ministack', REQUIREMENTS), 'bin/ministack')
  const port = await freePort()
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-emulator-'))
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(program, [], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      log = `${log}${chunk}`.slice(-200_000)
    })
  }
  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(endpoint, child)
  } catch (error) {
    await stop()
    throw new Error(`the emulator did not start: ${error}\n${log}`)
  }
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    log: () => log,
    stop,
  }
}

async function ready(endpoint: string, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(200)
  }
  throw new Error(`not ready after ${READY_WITHIN_MS / 1000} s`)
}

/** Kills its process group, which includes its workers. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const exited = new Promise(resolve => child.once('exit', resolve))
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), signal)
    } catch {
      // The process has already ended.
    }
  }
  kill('SIGTERM')
  await Promise.race([exited, sleep(TERMINATION_GRACE_MS)])
  kill('SIGKILL')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
