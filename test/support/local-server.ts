/** Runs the program of `npm start` as a process in its own folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/server.cjs')

export interface Started {
  process: ChildProcess
  /** Standard output so far. */
  output: () => string
  errors: () => string
  /** `http://localhost:PORT`. */
  origin: string
  /** Only on a first start. */
  connectorUrl: string | undefined
  /** Sends SIGTERM or the signal. @returns the exit code */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The environment without variables for Gumloop and AWS. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GUMLOOP|AWS)_/.test(name)))
}

/** Starts it in `folder` and waits for its first screen. @throws with its output when it ends before */
export function startLocalProgram(
  folder: string,
  args: string[] = ['--port', '0'],
  environment: Record<string, string> = {},
  program = PROGRAM,
): Promise<Started> {
  const env = { ...cleanEnvironment(), ...environment }
  return startProgram(process.execPath, [program, ...args], { cwd: folder, env })
}

/** The same for another way to start the server. */
export async function startProgram(
  program: string,
  args: string[],
  place: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Started> {
  const child = spawn(program, args, place)
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const exited = new Promise<number | null>(resolve => child.on('exit', code => resolve(code)))
  await Promise.race([
    exited.then(code => {
      throw new Error(`the server ended with ${code}: ${output}${errors}`)
    }),
    new Promise<void>(resolve => {
      child.stdout.on('data', () => output.includes('Ctrl+C') && resolve())
    }),
  ])
  return {
    process: child,
    output: () => output,
    errors: () => errors,
    origin: /Listening\s+(\S+)/.exec(output)?.[1] ?? '',
    connectorUrl: /Connector\s+(http\S+)/.exec(output)?.[1],
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exited
    },
  }
}
