import { expect, test } from 'vitest'
import { readRateLimit, waitSeconds } from '../../../lambda/gumloop/rate-limit.ts'

const NOW = Date.UTC(2026, 10, 28, 9)

test.each<[Record<string, string>, number | undefined]>([
  [{ 'retry-after': '9' }, 9],
  [{ 'retry-after': '1.5' }, 2],
  [{ 'retry-after': '292.05' }, 293],
  [{ 'retry-after': '0.001' }, 1],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Sat, 28 Nov 2026 09:00:30 GMT' }, 30],
  [{ 'retry-after': 'Sat, 28 Nov 2026 09:00:30' }, 30],
  [{ 'retry-after': 'Sat, 28 Nov 2026 08:00:00 GMT' }, 0],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '999999999' }, 86_400],
  [{ ratelimit: 'limit=100, remaining=0, reset=30' }, 30],
  [{ ratelimit: '"default";r=0;t=12' }, 12],
  [{ ratelimit: 'limit=100, remaining=5, reset=30' }, undefined],
  [{ 'x-ratelimit-reset': String(NOW / 1000 + 7), 'x-ratelimit-remaining': '0' }, 7],
  [{}, undefined],
])('reads how long to wait from %j', (headers, seconds) => {
  expect(readRateLimit(headers, NOW).retryAfterSeconds).toBe(seconds)
})

test('passes limits on as whole seconds from now', () => {
  const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-reset': '0.5', 'x-rate-limit-remaining': '3' }
  expect(readRateLimit(headers, NOW).headers).toEqual({
    'ratelimit-limit': '60',
    'ratelimit-remaining': '3',
    'ratelimit-reset': '1',
  })
})

test('rounds up, and makes no wait of what is none', () => {
  expect([0.2, 12, Number.NaN, undefined, -3].map(waitSeconds)).toEqual([1, 12, undefined, undefined, 0])
})
