/** A Node that is too old gets one sentence, before anything that it may not understand. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Run before the check has passed, so every Node version must understand them. */
const FIRST_FILES = ['bin/check-node.cjs', 'scripts/check-checkout.cjs']

/** Runs `file` as if Node had that version, then says that it went on. */
function runAs(version: string, file: string) {
  const script = `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} })
    require(${JSON.stringify(path.join(ROOT, file))})
    console.log('went on')`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.each(FIRST_FILES)('%s', file => {
  test.each(['8.17.0', '18.20.8', '20.10.0'])('exits with a message on Node %s', version => {
    expect(runAs(version, file)).toEqual({
      status: 1,
      stdout: '',
      stderr: `This needs Node 20.11 or newer; you are running Node ${version}.\n`,
    })
  })

  test.each(['20.11.0', '22.0.0', '24.21.0'])('continues on Node %s', version => {
    expect(runAs(version, file)).toEqual({ status: 0, stdout: 'went on\n', stderr: '' })
  })

  test('uses only ES2015 syntax', () => {
    const text = readFileSync(path.join(ROOT, file), 'utf8')
    expect(transformSync(text, { target: 'es2015' }).code).toBe(
      transformSync(text, { target: 'esnext' }).code,
    )
  })
})

test('both packages name the same version', () => {
  const engines = ['package.json', 'sandbox/package.json'].map(
    file => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')).engines.node,
  )
  expect(engines).toEqual(['>=20.11', '>=20.11'])
})
