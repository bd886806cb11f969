/** The first two commands of README.md in a fresh copy of the tracked files. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanEnvironment, temporaryFolder } from '../support/local-server.ts'
import { call } from '../support/mcp-server.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const { folder, remove } = temporaryFolder()
afterAll(remove)

beforeAll(() => {
  for (const file of execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')) {
    if (!existsSync(path.join(ROOT, file))) continue
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
    cpSync(path.join(ROOT, file), path.join(folder, file))
  }
  // .ci/run begins with `npm ci` itself.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
})

/** `npm start` until its screen is complete, then `use`; returns everything that was printed. */
async function npmStart(use: (output: string) => Promise<void>): Promise<string> {
  const child = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: folder,
    env: cleanEnvironment(),
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  try {
    await expect.poll(() => output, { timeout: 30_000 }).toContain('Ctrl+C')
    await use(output)
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await ended
  }
  // npm's notices about the machine's settings are ignored.
  return `${output}${errors}`.replace(/^npm warn .*$/gm, '')
}

test('npm start serves from a fresh copy: it says that it builds, and prints its screen', async () => {
  const printed = await npmStart(async output => {
    const url = /Connector\s+(http\S+)/.exec(output)?.[1] ?? ''
    const { structuredContent } = await call(url, 'list_all_gumloop_agents')
    expect(structuredContent.result_count).toBeGreaterThan(2)
  })
  expect(printed).toContain('Building the server: it is not built yet')
  expect(printed).not.toMatch(/warn|deprecat|experimental/i)
})

test('a second npm start builds nothing', async () => {
  const printed = await npmStart(async () => undefined)
  expect(printed).not.toContain('Building')
})

test('npm start without npm ci says so', () => {
  unlinkSync(path.join(folder, 'node_modules'))
  const { status, stderr } = spawnSync('npm', ['start', '-s'], { cwd: folder, encoding: 'utf8' })
  expect([status, stderr]).toEqual([1, 'The dependencies are not installed yet. Run this first: npm ci\n'])
})
