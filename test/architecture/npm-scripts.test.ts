/** npm runs a script in the shell of the machine: `cmd.exe` on Windows knows programs, words, double quotes and `&&` only. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const manifests = execFileSync('git', ['ls-files', 'package.json', '*/package.json'], { encoding: 'utf8' })
  .trim()
  .split('\n')
const scripts = manifests.flatMap(file => {
  const { scripts = {} }: { scripts?: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(scripts).map(([name, script]) => ({
    script: `${file}, ${name}: ${script}`,
    text: script,
  }))
})

/** Variables, assignments, single quotes, other separators, and programs that only POSIX systems have. */
const ONLY_POSIX =
  /[$;'`|<>*~\\]|(?:^|&& )\s*(?:[A-Z_]+=|(?:bash|cat|chmod|cp|echo|env|export|mkdir|mv|rm|sh|test|touch)\b)|[^&]&(?!&)/

test('every npm script runs in any shell', () => {
  expect(scripts.length).toBeGreaterThan(20)
  expect(
    scripts.filter(({ text }) => ONLY_POSIX.test(text.replaceAll('&&', '&& '))).map(({ script }) => script),
  ).toEqual([])
})

test.each([
  'FACTOR=5 vitest run',
  'build && FACTOR=5 vitest',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell, not a template
  'vitest run ${FACTOR}',
  "node -e 'code'",
  'rm -rf dist',
  'node a.js & node b.js',
  'node a.js; node b.js',
])('a script that only some shells run is noticed: %s', script => {
  expect(script).toMatch(ONLY_POSIX)
})
