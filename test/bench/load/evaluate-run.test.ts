import { describe, expect, test } from 'vitest'
import { failuresOf, growthOf, memoryEnds, timesOf } from '../../../bench/load/evaluate-run.ts'
import { outcomeOf, REQUESTS } from '../../../bench/load/requests.ts'
import type { Sample } from '../../../bench/load/run-clients.ts'

const sample = (outcome: string, durationMs = 1): Sample => ({
  kind: 'call',
  sentAtMs: 0,
  durationMs,
  outcome,
})
const steady = Array.from({ length: 60 }, () => 100)

describe('failures of a run', () => {
  test('accepts injected errors when every 429 and 500 is reported', () => {
    const injected = { '429': 1, '500': 1, '503': 2, reset: 1 }
    const run = {
      samples: ['ok', 'upstream 429', 'upstream 500', 'upstream 503'].map(one => sample(one)),
      injected,
    }
    expect(failuresOf(run)).toEqual([])
  })

  test('reports errors that were not injected, and an injected 429 that did not reach the client', () => {
    const run = {
      samples: [sample('upstream 503'), sample('HTTP 500'), sample('connection: ECONNRESET')],
      injected: { '429': 1 },
    }
    expect(failuresOf(run)).toEqual([
      '1 × upstream 503, but only 0 injected',
      '1 × HTTP 500, but only 0 injected',
      '1 × connection: ECONNRESET, but only 0 injected',
      '1 × 429 injected, but only 0 reported',
    ])
  })

  test('reports growing memory, but not varying memory', () => {
    const growing = steady.map((mb, second) => mb + 2 * second)
    expect(memoryEnds(growing)).toEqual({ firstMb: 110, lastMb: 210 })
    expect(growthOf(growing)).toEqual(['memory grew from 110 to 210 MB'])
    const varying = steady.map((mb, second) => mb + (second % 7))
    expect(growthOf(varying)).toEqual([])
  })
})

test('computes times per kind of request', () => {
  const list: Sample = { kind: 'list', sentAtMs: 0, durationMs: 999, outcome: 'ok' }
  const calls = Array.from({ length: 100 }, (_, i) => sample('ok', i))
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
])('classifies %i %s as: %s', (status, text, outcome) => {
  expect(outcomeOf(status, text)).toBe(outcome)
})

test('requests lists and calls in two protocol versions', () => {
  expect(REQUESTS.map(({ kind, headers }) => `${kind} ${headers['mcp-protocol-version']}`)).toEqual([
    'list 2025-11-25',
    'list 2026-07-28',
    'call 2025-11-25',
    'call 2026-07-28',
  ])
})
