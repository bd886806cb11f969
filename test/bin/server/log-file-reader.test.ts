import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLogFileReader } from '../../../bin/server/log-file-reader.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const START_MS = Date.UTC(2026, 10, 22)
const WHOLE = { fromMs: START_MS, untilMs: START_MS + 86_400_000 }
const line = (number: number, event = 'tool_call', rest = {}) =>
  `${JSON.stringify({ timestamp: new Date(START_MS + number * 1000).toISOString(), event, number, ...rest })}\n`
const numbers = (lines: Record<string, unknown>[]) => lines.map(({ number }) => number)

test('reads pages from the end, also while lines are appended', async () => {
  const file = path.join(folder, 'pages.log')
  writeFileSync(file, [line(0), line(1, 'other'), line(2), 'no json\n', line(3), line(4)].join(''))
  const reader = createLogFileReader(file)
  const search = { ...WHOLE, fields: { event: 'tool_call' }, limit: 2 }
  const first = await reader.search(search)
  expect(numbers(first.lines)).toEqual([4, 3])
  appendFileSync(file, line(5))
  const second = await reader.search({ ...search, cursor: first.nextCursor ?? '' })
  expect([numbers(second.lines), second.nextCursor]).toEqual([[2, 0], null])
  expect(numbers((await reader.search(search)).lines)).toEqual([5, 4])
})

test('returns only lines of the requested time range', async () => {
  const file = path.join(folder, 'time.log')
  writeFileSync(file, [0, 1, 2, 3].map(number => line(number)).join(''))
  const window = { fromMs: START_MS + 1000, untilMs: START_MS + 2000 }
  const page = await createLogFileReader(file).search({ ...window, fields: { event: 'tool_call' }, limit: 9 })
  expect([numbers(page.lines), page.nextCursor]).toEqual([[2, 1], null])
})

test('reads a bounded part per search, and keeps lines and multi-byte characters across blocks intact', async () => {
  const file = path.join(folder, 'long.log')
  const filler = line(1, 'other', { text: '…ä€'.repeat(2_000) })
  const count = Math.ceil((40 * 1024 * 1024) / Buffer.byteLength(filler))
  writeFileSync(file, line(0, 'tool_call', { text: 'schön' }) + filler.repeat(count) + line(2))
  const reader = createLogFileReader(file)
  const search = { ...WHOLE, fields: { event: 'tool_call' }, limit: 9 }
  const first = await reader.search(search)
  expect(numbers(first.lines)).toEqual([2])
  const second = await reader.search({ ...search, cursor: first.nextCursor ?? '' })
  expect([second.lines, second.nextCursor]).toEqual([
    [{ timestamp: '2026-11-22T00:00:00.000Z', event: 'tool_call', number: 0, text: 'schön' }],
    null,
  ])
})

test('treats a missing file as an empty log, and rejects a foreign cursor', async () => {
  const search = { ...WHOLE, fields: { event: 'tool_call' }, limit: 9 }
  const nothing = createLogFileReader(path.join(folder, 'none.log'))
  expect(await nothing.search(search)).toEqual({ lines: [], nextCursor: null })
  const file = path.join(folder, 'cursor.log')
  writeFileSync(file, line(0))
  const reader = createLogFileReader(file)
  await expect(reader.search({ ...search, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_arguments' })
  const beyond = Buffer.from('{"offset":1e9}').toString('base64url')
  expect(numbers((await reader.search({ ...search, cursor: beyond })).lines)).toEqual([0])
})
