import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildState, inputsDigest, writeStamp } from '../../scripts/bundle/build-stamp.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'build-stamp-'))
  for (const folder of ['bin', 'catalog', 'console', 'lambda/http', 'lib', 'sandbox', 'scripts', 'dist'])
    mkdirSync(path.join(root, folder), { recursive: true })
  write('lambda/http/app.ts', 'one')
  write('package-lock.json', '{}')
  write('dist/server.cjs', 'built')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, text: string): void {
  writeFileSync(path.join(root, file), text)
}
const digest = (sdkShims = true) => inputsDigest(root, { sdkShims })
const state = () => buildState(root, ['server'], digest())
const build = () => writeStamp(root, digest(), { server: ['dist/server.cjs'] })

describe('a build is needed', () => {
  test('where there has been none', () => {
    expect(state()).toBe('missing')
  })

  test.each<[string, () => void]>([
    ['a source has changed', () => write('lambda/http/app.ts', 'two')],
    ['a source has come', () => write('catalog/new.yaml', '')],
    ['a source has gone', () => rmSync(path.join(root, 'lambda/http/app.ts'))],
    [
      'a source has another name',
      () => {
        rmSync(path.join(root, 'lambda/http/app.ts'))
        write('lambda/http/renamed.ts', 'one')
      },
    ],
    ['a dependency has another version', () => write('package-lock.json', '{"name": "x"}')],
  ])('where %s', (_, change) => {
    build()
    change()
    expect(state()).toBe('outdated')
  })

  test.each<[string, () => void]>([
    ['what was built is gone', () => rmSync(path.join(root, 'dist/server.cjs'))],
    ['what was built was changed', () => write('dist/server.cjs', 'by hand')],
    ['the stamp was cut off', () => write('dist/build-stamp.json', '{"server": {"inp')],
  ])('where %s', (_, change) => {
    build()
    change()
    expect(state()).toBe('missing')
  })
})

test('switching the SDK shims off makes a build outdated', () => {
  build()
  expect(buildState(root, ['server'], digest(false))).toBe('outdated')
})

describe('no build is needed', () => {
  test('where nothing has changed, or the same was written again', () => {
    build()
    write('lambda/http/app.ts', 'one')
    expect(state()).toBe('current')
  })

  test('where only files changed that no build reads: generated modules, tests, documents', () => {
    build()
    write('lambda/http/compiled-console.ts', 'generated')
    write('README.md', 'text')
    expect(state()).toBe('current')
  })

  test('of the parts that were built before, when another one is built', () => {
    build()
    write('dist/cli.cjs', 'built')
    writeStamp(root, digest(), { cli: ['dist/cli.cjs'] })
    expect(buildState(root, ['server', 'cli'], digest())).toBe('current')
  })
})
