/** Small functions that were written several times: each has one home, and no file writes its own again. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDERS = ['bin', 'console', 'lambda', 'lib', 'sandbox', 'scripts']

const files = FOLDERS.flatMap(folder =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.startsWith('compiled-'))
    .map(entry => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
)

test.each([
  // The sandbox is a package of its own.
  [
    'isObject',
    /=== 'object' && \w+ !== null && !Array\.isArray\(/,
    ['lambda/shared/json-value.ts', 'sandbox/http/request-check.ts'],
  ],
  // A failed condition may be the work of one's own lost attempt: only this file knows how to tell.
  ['the condition of a write', /\bConditionExpression/, ['lambda/aws/conditional-write.ts']],
  ['edit distance', /\w\[\w+ - 1\] === \w+\[\w+ - 1\]/, ['lambda/shared/edit-distance.ts']],
  ['describeCause', /\$\{(\w+)\.name\}: \$\{\1\.message\}/, ['lambda/shared/errors.ts']],
])('%s is written once', (_, shape, homes) => {
  expect(files.filter(file => shape.test(readFileSync(path.join(ROOT, file), 'utf8'))).toSorted()).toEqual(
    homes,
  )
})
