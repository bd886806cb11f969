/** Documents and references: the architecture page matches the tree, and no text refers to a document that is not here. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const OWN_FILE = 'test/architecture/documents.test.ts'
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const page = read('docs/architecture.md')

/** Every text file of the project, whether it is committed yet or not; the API description speaks of its own documents. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter(file => !/\.(png|ico|woff2?|pdf)$|package-lock\.json$|gumloop-openapi\.json$/.test(file))
  .filter(file => file !== OWN_FILE && existsSync(path.join(ROOT, file)))

/** Lines of `file` that match, as `file: line`. */
const linesOf = (file: string, pattern: RegExp) =>
  read(file)
    .split('\n')
    .filter(line => pattern.test(line))
    .map(line => `${file}: ${line.trim().slice(0, 200)}`)

function rowsBelow(heading: string): string[][] {
  const [, part = ''] = page.split(`\n## ${heading}\n`)
  const [own = ''] = part.split('\n## ')
  const rows = own.split('\n').filter(line => line.startsWith('| '))
  return rows.slice(1).map(row => row.slice(2, -2).split(' | '))
}
const unquoted = (cell = '') => cell.replaceAll('`', '')
/** `name()` and `NAME` are declared in the file that the page names, not only used there; another word is contained. */
const declares = (text: string, name: string) =>
  /^[A-Z_]+$|\(\)$/.test(name)
    ? new RegExp(`\\b(?:const|function) ${name.replace('()', '')}\\b`).test(text)
    : text.includes(name)

describe('docs/architecture.md', () => {
  const [, order = ''] = /^`(shared · [^`]+)`$/m.exec(page) ?? []
  const layers = order.split(' · ')

  test('names the layers that exist, in the order that layers.test.ts checks', () => {
    const [, list = ''] = /const LAYERS = \[(.*?)\]/s.exec(read('test/architecture/layers.test.ts')) ?? []
    expect(layers).toEqual([...list.matchAll(/'([\w-]+)'/g)].map(([, name]) => name))
    expect([...layers].sort()).toEqual(readdirSync(path.join(ROOT, 'lambda')).sort())
  })

  test('says of each layer what its job is', () => {
    const table = rowsBelow('Layers').map(([name]) => unquoted(name))
    expect(table.slice(0, layers.length)).toEqual(layers)
  })

  test('finds twelve things: each file exists and declares the name', () => {
    const rows = rowsBelow('Where do I find…')
    expect(rows.length).toBe(12)
    const wrong = rows.filter(([, name, file]) => {
      const target = unquoted(file)
      return !existsSync(path.join(ROOT, target)) || !declares(read(target), unquoted(name))
    })
    expect(wrong).toEqual([])
  })
})

describe('references', () => {
  test('every document that a text names by its path is in the repository', () => {
    const named = files.flatMap(file =>
      [...read(file).matchAll(/(?<![\w./-])docs\/[\w./-]*\.(?:md|yaml)\b/g)].map(([name]) => ({
        file,
        name,
      })),
    )
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter(({ name }) => !existsSync(path.join(ROOT, name)))).toEqual([])
  })

  test('every section that a comment names after a document exists in it', () => {
    const named = files.flatMap(file =>
      [...read(file).matchAll(/\b(docs\/[\w-]+\.md), ([A-Z][\w ]+)(?=[).])/g)].map(
        ([, document = '', heading = '']) => ({ file, document, heading }),
      ),
    )
    expect(named.length).toBeGreaterThan(10)
    const missing = named.filter(
      ({ document, heading }) => !new RegExp(`^## ${heading}$`, 'm').test(read(document)),
    )
    expect(missing).toEqual([])
  })

  test('every link from one document to a heading finds it', () => {
    const documents = files.filter(file => file.endsWith('.md'))
    const missing = documents.flatMap(file =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)/g)]
        .map(([, target = '', anchor = '']) => ({
          target: target === '' ? file : path.join(path.dirname(file), target),
          anchor,
        }))
        .filter(({ target, anchor }) => !anchorsOf(target).includes(anchor))
        .map(({ target, anchor }) => `${file}: ${target}#${anchor}`),
    )
    expect(missing).toEqual([])
  })

  test('no text points at a design or a list of facts outside the repository', () => {
    const outside = files.flatMap(file =>
      linesOf(
        file,
        /\bdesign (?:part |decision )?\d|\bthe design\b(?! of)|\(facts[:,]|[;,] facts:|\bfacts of the API\b|\bfacts\/|(?:^|[^\w.])\.\.\/shared\/(?:design|glossary|facts|moves|perf)/i,
      ),
    )
    expect(outside).toEqual([])
  })
})

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
