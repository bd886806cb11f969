/** Every Gumloop call on behalf of a request goes through `withAccount`: its meter, its log line, its errors. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const ENVELOPE = 'lambda/tools/with-account.ts'
/** The poller works between requests, for a watch: it has its own log lines. */
const POLLER = 'lambda/runs/watch/poll-operation.ts'

const sources = ['lambda', 'bin']
  .flatMap(folder => readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => path.join(entry.parentPath, entry.name))
  .map(file => ({ file: path.relative(ROOT, file), text: readFileSync(file, 'utf8') }))

/** Files whose code, comments apart, has a match. */
function filesWith(shape: RegExp): string[] {
  return sources
    .filter(({ text }) => shape.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
    .map(({ file }) => file)
    .sort()
}

test('operations are bound to credentials by the envelope and the poller alone', () => {
  expect(filesWith(/\bbindOperation\(/)).toEqual(['lambda/gumloop/operation.ts', POLLER, ENVELOPE])
  expect(filesWith(/\bcredentials\.(get|refresh)\(/)).toEqual([POLLER, ENVELOPE])
})

test('requests are sent by an operation alone', () => {
  expect(filesWith(/\bcallGumloop\(/)).toEqual(['lambda/gumloop/client.ts', 'lambda/gumloop/operation.ts'])
})

test('the account is opened by the envelope alone', () => {
  expect(filesWith(/\bopenAccount\(/)).toEqual([ENVELOPE])
})

test('tools, tasks, resources and completion go through the envelope', () => {
  expect(filesWith(/\bwithAccount\(|\bwithAccount</)).toEqual([
    'lambda/mcp/capabilities/completion-names.ts',
    'lambda/mcp/capabilities/serve-resources.ts',
    'lambda/mcp/serve-tasks.ts',
    'lambda/tools/call-tool.ts',
    ENVELOPE,
  ])
})
