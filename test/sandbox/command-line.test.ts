import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { startSandbox } from '../../sandbox/http/sandbox-server.ts'

function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('npx', ['tsx', 'bin/sandbox.ts', ...args])
  let out = ''
  let err = ''
  child.stdout.on('data', data => {
    out += String(data)
  })
  child.stderr.on('data', data => {
    err += String(data)
  })
  return new Promise(resolve => child.once('close', code => resolve({ code, out, err })))
}

/** The last line, since npx may print its own lines before it. */
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

test('invalid options end with a one-line message and exit code 1', async () => {
  const taken = await startSandbox()
  const { port } = new URL(taken.url)
  const ends = await Promise.all([
    run('--port', port, '--state', '/dev/null/never'),
    run('--speed', 'fast'),
    run('--fail', 'earthquake'),
    run('--colour'),
  ])
  await taken.close()
  expect(ends.map(end => [end.code, lastLine(end.err), end.out])).toEqual([
    [1, expect.stringContaining('/dev/null/never cannot be read'), ''],
    [1, '--speed must be a number above 0, not "fast".', ''],
    [1, expect.stringContaining('kind must be one of 400, 401'), ''],
    [1, expect.stringContaining("Unknown option '--colour'"), ''],
  ])
}, 30_000)

test('--help lists the options', async () => {
  const { code, out } = await run('--help')
  const options = [...out.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name)
  expect([code, options]).toEqual([0, ['port', 'host', 'seed', 'speed', 'fail', 'max-runs', 'state', 'help']])
}, 30_000)
