import { expect, test } from 'vitest'
import { relativeTime } from '../../../lambda/shared/relative-time.ts'
import { NOW_MS } from '../../support/connectors.ts'

test.each([
  ['2026-11-22T12:00:20Z', 'in under a minute'],
  ['2026-11-22T11:59:50Z', 'just now'],
  ['2026-11-22T12:01:00Z', 'in 1 minute'],
  ['2026-11-22T09:40:00Z', '2 hours ago'],
  ['2026-11-23T23:00:00Z', 'in 35 hours'],
  ['2026-12-22T12:00:00Z', 'in 30 days'],
])('formats %s as "%s"', (timestamp, words) => {
  expect(relativeTime(timestamp, NOW_MS)).toBe(words)
})
