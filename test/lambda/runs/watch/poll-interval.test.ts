import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pollIntervalSeconds } from '../../../../lambda/runs/watch/poll-interval.ts'

const ages = fc.integer({ min: 0, max: 200 * 3_600_000 })
const chance = fc.double({ min: 0, max: 1, noNaN: true })

test('whole seconds, at least one, a tenth of the age, at most 15, a minute after the first hour', () => {
  fc.assert(
    fc.property(ages, chance, (ageMs, random) => {
      const wait = pollIntervalSeconds({ ageMs, random })
      const most = ageMs >= 3_600_000 ? 60 : Math.min(15, Math.max(1, ageMs / 10_000))
      expect(Number.isInteger(wait)).toBe(true)
      expect(wait).toBeGreaterThanOrEqual(Math.max(1, Math.floor(most * 0.9)))
      expect(wait).toBeLessThanOrEqual(most)
    }),
  )
})

test.each([
  [0, 0, 1],
  [30_000, 0, 3],
  [150_000, 0, 15],
  [3_599_999, 0, 15],
  [3_600_000, 0, 60],
  [3_600_000, 1, 54],
])('at an age of %i ms and chance %d: %i s', (ageMs, random, seconds) => {
  expect(pollIntervalSeconds({ ageMs, random })).toBe(seconds)
})

test('failures double it up to a minute; Retry-After is obeyed up to 15 minutes', () => {
  const after = (failures: number, retryAfterSeconds?: number) =>
    pollIntervalSeconds({ ageMs: 0, random: 0, failures, retryAfterSeconds })
  expect([1, 2, 3, 4, 5, 6, 50].map(failures => after(failures))).toEqual([2, 4, 8, 16, 32, 60, 60])
  expect([after(1, 37), after(6, 3), after(1, 86_400)]).toEqual([37, 60, 900])
})
