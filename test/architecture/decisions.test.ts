/** Decision records: numbered without gaps, one form, a complete index, and every reference to one resolves. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = 'docs/decisions'
const SECTIONS = ['Context', 'Decision', 'Consequences']

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const records = readdirSync(path.join(ROOT, FOLDER))
  .filter(name => name !== 'README.md')
  .sort()

/** Every text file of the project, whether it is committed yet or not. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter(file => !/\.(png|ico|woff2?|pdf)$/.test(file) && existsSync(path.join(ROOT, file)))

function titleOf(record: string): string {
  return /^# \d+\. (.+)$/m.exec(read(path.join(FOLDER, record)))?.[1] ?? ''
}

test('numbers run from 1 without a gap, in names and in titles', () => {
  expect(records.length).toBeGreaterThan(20)
  const expected = records.map((_, at) => at + 1)
  expect(records.map(name => Number(/^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md$/.exec(name)?.[1]))).toEqual(
    expected,
  )
  expect(records.map(name => Number(/^# (\d+)\. /.exec(read(path.join(FOLDER, name)))?.[1]))).toEqual(
    expected,
  )
})

describe.each(records)('%s', record => {
  test('has the three sections in order, each with a text', () => {
    const parts = read(path.join(FOLDER, record)).split(/^## /m).slice(1)
    expect(parts.map(part => part.split('\n', 1)[0])).toEqual(SECTIONS)
    for (const part of parts) expect(part.split('\n').slice(1).join('').length).toBeGreaterThan(40)
  })
})

test('the index lists every record, in order, by its title', () => {
  const rows = read(path.join(FOLDER, 'README.md'))
    .split('\n')
    .filter(line => /^\| \d/.test(line))
  expect(rows).toEqual(records.map((record, at) => `| ${at + 1} | [${titleOf(record)}](${record}) |`))
})

test('every reference to a record, from code or text, names one that exists', () => {
  const references = files
    .filter(file => file !== 'test/architecture/decisions.test.ts')
    .flatMap(file =>
      [...read(file).matchAll(/\bdecisions\/(\d[\w.-]*)/g)].map(([, name = '']) => ({ file, name })),
    )
  expect(references.length).toBeGreaterThan(10)
  expect(references.filter(({ name }) => !records.includes(name.replace(/\.$/, '')))).toEqual([])
})

test('a decision is referred to by its path: a bare number says nothing to a reader', () => {
  const bare = files
    .filter(file => !file.startsWith('test/architecture/') && !file.startsWith('catalog/'))
    .flatMap(file =>
      [...read(file).matchAll(/.*\bdecisions? \d+\b(?!\]\().*/gi)].map(([line]) => `${file}: ${line.trim()}`),
    )
  expect(bare).toEqual([])
})
