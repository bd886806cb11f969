import { expect, test } from 'vitest'
import { parseDurationSeconds, parseExpiresAt, parseSince } from '../../../bin/cli/parse-time.ts'
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
])('parses the duration %j as %j seconds', (text, seconds) => {
  expect(parseDurationSeconds(text)).toBe(seconds)
})

test.each([
  ['30d', '2026-12-22T12:00:00Z'],
  ['never', null],
  ['2027-01-31', '2027-01-31T00:00:00Z'],
  ['2027-01-31T12:00:00+01:00', '2027-01-31T12:00:00+01:00'],
  ['999999999w', '9999-12-31T00:00:00Z'],
])('parses --expires-at %s as %j', (text, expiresAt) => {
  expect(parseExpiresAt(text, NOW_MS)).toBe(expiresAt)
})

test.each(['soon', '2027', '2027-01-32', '2027-01-31T12:00:00', '31.1.2027', ''])(
  'rejects %j as --expires-at and --since',
  text => {
    expect(() => parseExpiresAt(text, NOW_MS)).toThrow('Invalid --expires-at: use a date (2027-01-31)')
    expect(() => parseSince(text, NOW_MS)).toThrow('Invalid --since: use a duration')
  },
)

test('parses --since as a date, a timestamp, or a duration before now', () => {
  expect(['2026-11-20', '2026-11-20T08:00:00Z', '12h'].map(text => parseSince(text, NOW_MS))).toEqual([
    '2026-11-20T00:00:00Z',
    '2026-11-20T08:00:00Z',
    '2026-11-22T00:00:00Z',
  ])
})
