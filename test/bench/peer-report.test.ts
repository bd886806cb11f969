import { expect, test } from 'vitest'
import { type HarnessRow, OURS, peerTable } from '../../bench/peers/peer-report.ts'

const row = (name: string, over: Partial<HarnessRow> = {}): [string, HarnessRow] => [
  name,
  { name, minKB: 600, first: 100, firstMs: 9, listCpu: 1000, callCpu: 1000, steadyMB: 80, ...over },
]
const fullCore = new Map([
  row(OURS, { first: 160, callCpu: 1510 }),
  row('hand-ddb-http-sigv4'),
  row('hand-T-all'),
  row('floor', { listCpu: 400 }),
])
const small = new Map([row(OURS), row('floor-http')])

test('compares each figure with its peer and its goal', () => {
  const lines = peerTable({ fullCore, small }).split('\n')
  expect(lines[2]).toBe('| cold start | 160 ms | hand-ddb-http-sigv4: 100 ms | 1.60 × | 1.7 × | met |')
  expect(lines[4]).toBe('| CPU of a call | 1510 µs | hand-T-all: 1000 µs | 1.51 × | 1.5 × | missed |')
  expect(lines[6]).toBe('| CPU of a list | 1000 µs | floor: 400 µs | 2.50 × | 3 × | met |')
  expect(lines.at(-1)).toBe('| bundle | 600 KB | | | 720 KB | met |')
})

test('names what the harness did not measure', () => {
  expect(() => peerTable({ fullCore, small: new Map() })).toThrow('nothing for gumloop-mcp')
})
