import { describe, expect, test } from 'vitest'
import type { Asked } from '../../../bench/load/drive.ts'
import { judge, QUESTIONS } from '../../../bench/load/questions.ts'
import { withSection } from '../../../bench/load/report.ts'
import { failuresOf, growthOf, memoryEnds, timesOf } from '../../../bench/load/verdict.ts'

const asked = (outcome: string, tookMs = 1): Asked => ({ kind: 'call', atMs: 0, tookMs, outcome })
const steady = Array.from({ length: 60 }, () => 100)

describe('what is a failure', () => {
  test('nothing, while every error was dealt and every 429 and 500 passed on', () => {
    const dealt = { '429': 1, '500': 1, '503': 2, reset: 1 }
    const run = {
      asked: ['ok', 'upstream 429', 'upstream 500', 'upstream 503'].map(one => asked(one)),
      dealt,
    }
    expect(failuresOf(run)).toEqual([])
  })

  test('an error more than was dealt, an error of another kind, a 429 that nobody saw', () => {
    const run = {
      asked: [asked('upstream 503'), asked('HTTP 500'), asked('connection: ECONNRESET')],
      dealt: { '429': 1 },
    }
    expect(failuresOf(run)).toEqual([
      '1 × upstream 503, of which the sandbox caused 0',
      '1 × HTTP 500, of which the sandbox caused 0',
      '1 × connection: ECONNRESET, of which the sandbox caused 0',
      '1 × 429 dealt, 0 passed on',
    ])
  })

  test('memory that grows, not memory that comes and goes', () => {
    const growing = steady.map((mb, second) => mb + 2 * second)
    expect(memoryEnds(growing)).toEqual({ firstMb: 110, lastMb: 210 })
    expect(growthOf(growing)).toEqual(['memory grew from 110 to 210 MB'])
    const swaying = steady.map((mb, second) => mb + (second % 7))
    expect(growthOf(swaying)).toEqual([])
  })
})

test('times are of one kind of question', () => {
  const list: Asked = { kind: 'list', atMs: 0, tookMs: 999, outcome: 'ok' }
  const calls = Array.from({ length: 100 }, (_, i) => asked('ok', i))
  expect(timesOf([list, ...calls], 'call', 10_000)).toEqual({
    requests: 100,
    perSecond: 10,
    p50Ms: 50,
    p99Ms: 99,
  })
})

test.each([
  [200, '{"result":{"tools":[]}}', 'ok'],
  [
    200,
    '{"result":{"isError":true,"structuredContent":{"error":{"code":"rate_limited","upstream_status":429}}}}',
    'upstream 429',
  ],
  [
    200,
    '{"result":{"isError":true,"structuredContent":{"error":{"code":"upstream_unavailable"}}}}',
    'upstream broke',
  ],
  [
    200,
    '{"result":{"isError":true,"structuredContent":{"error":{"code":"internal"}}}}',
    'tool error internal',
  ],
  [200, '{"error":{"code":-32603}}', 'JSON-RPC -32603'],
  [200, '<html>', 'not JSON'],
  [503, '', 'HTTP 503'],
])('an answer %i %s is: %s', (status, text, outcome) => {
  expect(judge(status, text)).toBe(outcome)
})

test('lists and calls of both eras are asked', () => {
  expect(QUESTIONS.map(({ kind, headers }) => `${kind} ${headers['mcp-protocol-version']}`)).toEqual([
    'list 2025-11-25',
    'list 2026-07-28',
    'call 2025-11-25',
    'call 2026-07-28',
  ])
})

test('the section goes between its marks, and a page without them is not written', () => {
  const page = 'a\n<!-- load: written by `npm run bench:load -- --write` -->\nold\n<!-- /load -->\nz\n'
  expect(withSection(page, 'new')).toBe(page.replace('\nold\n', '\n\nnew\n\n'))
  expect(() => withSection('a', 'new')).toThrow('has lost its marks')
})
