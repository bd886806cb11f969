/** The processes of the load test: the sandbox, the server, and the bare server. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../..')

export interface Program {
  url: string
  /** Resident memory in MB. */
  memoryMb: () => number
  stop: () => void
}

export async function startSandboxProgram(): Promise<Program> {
  const folder = temporaryFolder()
  const args = ['bin/sandbox.ts', '--port', '0', '--state', path.join(folder.path, 'sandbox.json')]
  const child = run([...tsx(), ...args], ROOT, {})
  const url = await printed(child, /listening on (http:\S+)/)
  return programOf(child, url, folder.remove)
}

/** The program of `npm start`. Its `url` includes the connector's token. */
export async function startServerProgram(sandboxUrl: string): Promise<Program> {
  const folder = temporaryFolder()
  const prefix = `${sandboxUrl}/api/v1`
  const child = run([path.join(ROOT, 'dist/server.cjs'), '--port', '0'], folder.path, {
    GUMLOOP_API_KEY: 'sandbox',
    GUMLOOP_USER_ID: 'sandbox-user',
    GUMLOOP_BASE_URL: prefix,
    GUMLOOP_STREAM_BASE_URL: prefix,
  })
  const url = await printed(child, /Connector\s+(http\S+)/)
  return programOf(child, url, folder.remove)
}

export async function startBareProgram(sandboxUrl: string): Promise<Program> {
  const child = run([path.join(import.meta.dirname, 'bare-server.cjs')], ROOT, {
    GUMLOOP_BASE_URL: `${sandboxUrl}/api/v1`,
  })
  const port = await printed(child, /^(\d+)\n/)
  return programOf(child, `http://127.0.0.1:${port}/`, () => undefined)
}

const tsx = () => ['--import', import.meta.resolve('tsx')]

function run(args: string[], cwd: string, environment: Record<string, string>): ChildProcess {
  const clean = Object.entries(process.env).filter(([name]) => !/^(GUMLOOP|AWS)_/.test(name))
  const env = { ...Object.fromEntries(clean), ...environment }
  return spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The first group of `pattern` in the output. @throws when the process ends before it */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', chunk => {
      output += chunk
      const found = pattern.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', code => reject(new Error(`a process of the load test exited with ${code}: ${output}`)))
  })
}

function programOf(child: ChildProcess, url: string, cleanUp: () => void): Program {
  child.removeAllListeners('exit')
  return {
    url,
    memoryMb: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024,
    stop: () => {
      child.kill()
      cleanUp()
    },
  }
}

function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-load-'))
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
