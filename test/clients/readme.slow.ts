/** The README's first two commands in a fresh copy of the tracked files, as a newcomer types them. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cleanEnvironment, temporaryFolder } from '../support/local-server.ts'
import { call } from '../support/mcp-server.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const { folder, remove } = temporaryFolder()
afterAll(remove)

test('npm start serves from a fresh copy and prints nothing but its screen', async () => {
  for (const file of execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')) {
    if (!existsSync(path.join(ROOT, file))) continue
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
    cpSync(path.join(ROOT, file), path.join(folder, file))
  }
  // `npm ci` itself is what .ci/run begins with.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
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
  try {
    await expect.poll(() => output, { timeout: 30_000 }).toContain('Ctrl+C')
    const url = /Connector\s+(http\S+)/.exec(output)?.[1] ?? ''
    const { structuredContent } = await call(url, 'list_all_gumloop_agents')
    expect(structuredContent.result_count).toBeGreaterThan(2)
    // npm's own words about the machine's settings are not ours.
    const ours = `${output}${errors}`.replace(/^npm warn .*$/gm, '')
    expect(ours).not.toMatch(/warn|deprecat|experimental/i)
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  }
})
