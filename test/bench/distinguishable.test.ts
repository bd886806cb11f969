import { expect, test } from 'vitest'
import { quantile, separability } from '../../bench/distinguishable.ts'

test('equal times cannot be separated, disjoint ones always can', () => {
  const times = Array.from({ length: 200 }, (_, at) => (at * 7) % 100)
  expect(separability(times, times)).toBeCloseTo(0.5)
  expect([separability([3, 4], [1, 2]), separability([1, 2], [3, 4])]).toEqual([1, 0])
  expect(separability([1, 3], [2, 2])).toBe(0.5)
  expect([quantile([3, 1, 2], 0.5), quantile([5], 0.9)]).toEqual([2, 5])
})
