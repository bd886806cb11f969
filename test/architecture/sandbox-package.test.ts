/** The sandbox is a package of its own: it knows nothing of the product, and the product reaches it by the package's name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PACKAGE = 'gumloop-sandbox'
/** The one file that both sides read: what Gumloop's API looks like. */
const API_DESCRIPTION = 'catalog/gumloop-openapi.json'

interface Manifest {
  name: string
  private?: boolean
  exports: Record<string, string>
  dependencies?: Record<string, string>
}

const manifest: Manifest = JSON.parse(readFileSync(path.join(ROOT, 'sandbox/package.json'), 'utf8'))

function importsUnder(folder: string): { from: string; specifier: string }[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter(file => !file.includes('node_modules/'))
    .flatMap(from => {
      const text = readFileSync(path.join(ROOT, from), 'utf8')
      const found = text.matchAll(
        /^(?:import|export)\s(?:[^'"`]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
      )
      return [...found].map(([, ofStatement, ofCall]) => ({ from, specifier: ofStatement ?? ofCall ?? '' }))
    })
}

/** The path in the repository that a relative import leads to. */
const target = (from: string, specifier: string) => path.posix.join(path.posix.dirname(from), specifier)

const ofSandbox = importsUnder('sandbox')
const ofOthers = ['bench', 'bin', 'console', 'lambda', 'lib', 'scripts', 'test'].flatMap(importsUnder)

test('the sandbox imports itself, Node, the API description and the dependencies that its manifest declares', () => {
  expect(ofSandbox.length).toBeGreaterThan(100)
  const declared = Object.keys(manifest.dependencies ?? {})
  const wrong = ofSandbox.filter(({ from, specifier }) => {
    if (specifier.startsWith('node:')) return false
    if (!specifier.startsWith('.')) return !declared.includes(specifier)
    const file = target(from, specifier)
    return !file.startsWith('sandbox/') && file !== API_DESCRIPTION
  })
  expect(wrong).toEqual([])
})

test('everything else imports the sandbox by the name of its package; only its own tests read its files', () => {
  const byName = ofOthers.filter(({ specifier }) => specifier.split('/')[0] === PACKAGE)
  expect(byName.length).toBeGreaterThan(8)
  const byPath = ofOthers.filter(
    ({ from, specifier }) =>
      specifier.startsWith('.') &&
      target(from, specifier).startsWith('sandbox/') &&
      !from.startsWith('test/sandbox/'),
  )
  expect(byPath).toEqual([])
})

test('the package is private, and exports what is imported and nothing else', () => {
  expect([manifest.name, manifest.private]).toEqual([PACKAGE, true])
  const used = ofOthers
    .filter(({ specifier }) => specifier.split('/')[0] === PACKAGE)
    .map(({ specifier }) => specifier.replace(PACKAGE, '.'))
  expect([...new Set(used)].sort()).toEqual(Object.keys(manifest.exports).sort())
  for (const file of Object.values(manifest.exports))
    expect(existsSync(path.join(ROOT, 'sandbox', file)), file).toBe(true)
})
