/** Every file that is written by hand uses the project's terms: CONTRIBUTING.md, Code. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findTerms } from './vocabulary.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Generated, or the words of somebody else. */
const NOT_OURS =
  /(^|\/)(package-lock\.json|LICENSE)$|^catalog\/gumloop-openapi\.json$|\.(png|svg|ico|woff2?)$/
/** The rules themselves. */
const RULES = /^test\/architecture\/vocabulary(\.test)?\.ts$/

/** Single terms that are right where they are, with the reason. */
const EXCEPTIONS: Record<string, string> = {
  'lambda/http/admin-error.ts: "faults"': 'the HTTP API sends `faults` beside `errors` until 0.3',
  'lambda/http/admin-openapi-schemas.ts: "faults"': 'the HTTP API sends `faults` beside `errors` until 0.3',
  'bin/cli/api.ts: "faults"': 'the command line reads `faults` of servers before 0.2',
  'docs/administration.md: "faults"': 'documents that the HTTP API sends `faults` until 0.3',
  'docs/upgrading.md: "faults"': 'documents the change from `faults` to `errors`',
  'CHANGELOG.md: "faults"': 'documents the change from `faults` to `errors`',
  'test/bin/cli/targets.test.ts: "faults"': 'the command line reads `faults` of servers before 0.2',
  'test/lambda/http/admin-connectors.test.ts: "faults"': 'the HTTP API sends `faults` until 0.3',
  'test/lambda/http/admin-openapi.test.ts: "faults"': 'the HTTP API sends `faults` until 0.3',
  'test/regression/arguments-as-sent.test.ts: "faults"': 'runs against 0.1, whose tools report `faults`',
  'sandbox/triggers/trigger-runs.ts: "refusal"': 'Gumloop’s field `delivery_refusal`',
  'test/clients/inspector.slow.ts: "era"': 'MCP Inspector’s option --protocol-era',
}

const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter(file => file !== '' && !NOT_OURS.test(file) && !RULES.test(file))

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

test('no file contains a term that the glossary replaces', () => {
  expect(files.length).toBeGreaterThan(500)
  const findings = files.flatMap(file => findTerms(file, read(file)))
  expect(findings.filter(finding => EXCEPTIONS[finding.split(',')[0] ?? ''] === undefined)).toEqual([])
})

test('every exception is still needed', () => {
  const findings = files.flatMap(file => findTerms(file, read(file)))
  const unused = Object.keys(EXCEPTIONS).filter(
    key => !findings.some(finding => finding.startsWith(`${key},`)),
  )
  expect(unused).toEqual([])
})

test.each([
  ['a.ts', 'const inputFaults = []', 'faults'],
  ['lambda/auth/refusal-pages.ts', 'const refusalPage = 1', 'refusal'],
  ['a.md', 'The Catalogue', 'catalogue'],
  ['a.ts', '// The validator\n// stands in for ajv.', 'stands in'],
  ['a.md', 'It knows the token no more.', 'no more'],
  ['a.ts', 'catch (thrown) {}', 'thrown'],
])('finds in %s: %s', (file, text, term) => {
  expect(findTerms(file, text).map(finding => /"(.*)"/.exec(finding)?.[1])).toEqual([term])
})

test.each([
  ['a.ts', 'switch (kind) { default: break } // the argument at fault'],
  ['a.ts', "const text = 'what was thrown, told and given'"],
  ['a.md', 'Use no more than 3 tools. There are no more pages. Wait for a moment.'],
])('accepts in %s: %s', (file, text) => {
  expect(findTerms(file, text)).toEqual([])
})
