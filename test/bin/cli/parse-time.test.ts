import { expect, test } from 'vitest'
import { parseDurationSeconds, parseExpiresAt, relativeTime } from '../../../bin/cli/parse-time.ts'
import { NOW_MS } from '../../support/connectors.ts'

test.each([
  ['0s', 0],
  ['90m', 5_400],
  ['12h', 43_200],
  ['30d', 2_592_000],
  ['2w', 1_209_600],
  ['', undefined],
  ['5', undefined],
  ['-5m', undefined],
  ['1.5h', undefined],
  ['5 m', undefined],
])('the duration %j is %j seconds', (text, seconds) => {
  expect(parseDurationSeconds(text)).toBe(seconds)
})

test.each([
  ['30d', '2026-12-22T12:00:00Z'],
  ['never', null],
  ['2027-01-31T12:00:00+01:00', '2027-01-31T12:00:00+01:00'],
  ['999999999w', '9999-12-31T00:00:00Z'],
])('--expires-at %s is %j', (text, expiresAt) => {
  expect(parseExpiresAt(text, NOW_MS)).toBe(expiresAt)
})

test.each([
  ['2026-11-22T12:00:20Z', 'in under a minute'],
  ['2026-11-22T11:59:50Z', 'just now'],
  ['2026-11-22T12:01:00Z', 'in 1 minute'],
  ['2026-11-22T09:40:00Z', '2 hours ago'],
  ['2026-11-23T23:00:00Z', 'in 35 hours'],
  ['2026-12-22T12:00:00Z', 'in 30 days'],
])('%s is %s', (timestamp, words) => {
  expect(relativeTime(timestamp, NOW_MS)).toBe(words)
})
