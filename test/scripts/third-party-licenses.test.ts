import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundledPackages, licensesText } from '../../scripts/bundle/third-party-licenses.ts'

const root = mkdtempSync(path.join(tmpdir(), 'licenses-'))
afterAll(() => rmSync(root, { recursive: true }))

function install(name: string, manifest: object, files: Record<string, string> = {}): string {
  const folder = path.join(root, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }))
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text)
  return folder
}

test('the packages of a bundle are found by the paths of its files, nested ones too, and our own files are none', () => {
  const inputs = Object.fromEntries(
    [
      'lambda/http/app.ts',
      'sandbox/http/server.ts',
      'node_modules/hono/dist/index.js',
      'node_modules/hono/dist/router.js',
      'node_modules/@smithy/core/index.js',
      'node_modules/a/node_modules/b/index.js',
      '../other/node_modules/c/index.js',
    ].map(file => [file, { bytes: 1, imports: [] }]),
  )
  expect(bundledPackages({ inputs, outputs: {} })).toEqual([
    'node_modules/hono',
    'node_modules/@smithy/core',
    'node_modules/a/node_modules/b',
    '../other/node_modules/c',
  ])
})

test('each package is named with its license, and equal texts are printed once', () => {
  const text = licensesText([
    install('b', { license: 'MIT' }, { 'license.md': 'Do what you like.\r\n' }),
    install('a', { license: 'MIT' }, { LICENSE: 'Do what you like.\n' }),
    install('c', { license: 'ISC' }),
  ])
  expect(text.split('Do what you like.').length).toBe(2)
  expect(text).toContain('a 1.2.3 (MIT)\nb 1.2.3 (MIT)\n\nDo what you like.\n')
  expect(text).toContain('c 1.2.3 (ISC)\n\nLicense: ISC\n')
})

test('a package without a license stops the build', () => {
  expect(() => licensesText([install('d', {}, { LICENSE: 'text' })])).toThrow('d names no license')
})
