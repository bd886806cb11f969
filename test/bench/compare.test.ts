import { expect, it } from 'vitest'
import { compare, median, table } from '../../bench/compare.ts'

it('computes medians and their ratios to the first handler', () => {
  const floor = [1, 3, 2].map(one => ({ initMs: one * 10, firstCallMs: one, coldCpuMs: one * 20 }))
  const ours = [
    { initMs: 40, firstCallMs: 4, coldCpuMs: 80, listCpuMicroseconds: 500, callCpuMicroseconds: 150 },
  ]
  const rows = compare([
    {
      name: 'floor',
      sizeKb: 1,
      samples: floor.map(one => ({ ...one, listCpuMicroseconds: 100, callCpuMicroseconds: 100 })),
    },
    { name: 'ours', sizeKb: 500.4, samples: ours },
  ])
  expect(rows).toEqual([
    { name: 'floor', sizeKb: 1, median: [22, 40, 20, 2, 100, 100], ratio: [1, 1, 1, 1, 1, 1] },
    { name: 'ours', sizeKb: 500.4, median: [44, 80, 40, 4, 500, 150], ratio: [2, 2, 2, 2, 5, 1.5] },
  ])
  expect(table(rows).split('\n')).toEqual([
    '| handler | KB | cold ms | cold CPU ms | init ms | first call ms | list CPU µs | call CPU µs |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    '| floor | 1 | 22.0 (1.0 ×) | 40.0 (1.0 ×) | 20.0 (1.0 ×) | 2.0 (1.0 ×) | 100 (1.0 ×) | 100 (1.0 ×) |',
    '| ours | 500 | 44.0 (2.0 ×) | 80.0 (2.0 ×) | 40.0 (2.0 ×) | 4.0 (2.0 ×) | 500 (5.0 ×) | 150 (1.5 ×) |',
  ])
})

it('computes the median of odd and even numbers of values', () => {
  expect([median([5, 1, 3]), median([4, 1, 3, 2]), median([7])]).toEqual([3, 2.5, 7])
  expect(median([])).toBeNaN()
})
