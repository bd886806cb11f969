/**
 * What every tool shows and sends, in files that people review. After an intended change:
 * `UPDATE_SNAPSHOTS=1 npx vitest run test/catalog/tool-snapshots.test.ts`.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'
import { sortedJson } from '../../scripts/catalog/sorted-json.ts'

const FOLDER = path.join(import.meta.dirname, '../tool-snapshots')
/** Never in CI, where the files decide. */
const isUpdate = process.env.UPDATE_SNAPSHOTS === '1' && process.env.CI !== 'true'

const expected = new Map(buildCatalog().tools.map(tool => [`${tool.name}.json`, sortedJson(tool)]))

if (isUpdate) {
  mkdirSync(FOLDER, { recursive: true })
  for (const file of readdirSync(FOLDER)) if (!expected.has(file)) rmSync(path.join(FOLDER, file))
  for (const [file, text] of expected) writeFileSync(path.join(FOLDER, file), text)
}
const files = readdirSync(FOLDER)

test('every tool has a snapshot, and every snapshot a tool', () => {
  expect(files.toSorted()).toEqual([...expected.keys()].toSorted())
})

test.each([...expected])('%s is unchanged', (file, text) => {
  const snapshot = files.includes(file) ? readFileSync(path.join(FOLDER, file), 'utf8') : 'missing'
  expect(snapshot).toBe(text)
})
