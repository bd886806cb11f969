import { expect, test } from 'vitest'
import { parseJson } from '../../../lambda/shared/parse-json.ts'
import { idOrNull, numberOrNull, textOrNull, timeOrNull } from '../../../lambda/shared/wire-value.ts'

const exact = parseJson('12345678901234567890')
const NINE = Date.UTC(2026, 10, 28, 9)

test.each([
  ['2026-11-28T09:00:00Z', NINE],
  ['2026-11-28T09:00:00', NINE],
  ['2026-11-28 09:00:00', NINE],
  ['2026-11-28T09:00:00.123456', NINE + 123],
  ['2026-11-28T09:00', NINE],
  ['2026-11-28T09:00:00+09:00', NINE - 9 * 3_600_000],
  ['2026-11-28 09:00:00+0900', NINE - 9 * 3_600_000],
  ['2026-11-28T09:00:00-03', NINE + 3 * 3_600_000],
  ['2026-11-28 09:00:00 UTC', NINE],
  ['2026-11-28', Date.UTC(2026, 10, 28)],
  ['Sat, 28 Nov 2026 09:00:00 GMT', NINE],
  [NINE, NINE],
  [NINE / 1000, NINE],
  [String(NINE / 1000), NINE],
  ['Sat, 28 Nov 2026 09:00:00', null],
  ['0001-01-01T00:00:00Z', null],
  ['', null],
  ['yesterday', null],
  ['2026-13-45', null],
  [0, null],
  [null, null],
  [true, null],
  [{}, null],
])('reads the time %j', (value, ms) => {
  expect(timeOrNull(value)).toBe(ms)
})

test('reads ids and numbers of another type than documented', () => {
  expect(['a', 12, exact, '', ' ', null, {}, true, Number.NaN].map(idOrNull)).toEqual([
    'a',
    '12',
    '12345678901234567890',
    null,
    null,
    null,
    null,
    null,
    null,
  ])
  expect(['', 0.5].map(textOrNull)).toEqual(['', '0.5'])
  expect([1, '2.5', ' 3 ', exact, 'x', '', null, [], Number.POSITIVE_INFINITY].map(numberOrNull)).toEqual([
    1,
    2.5,
    3,
    Number('12345678901234567890'),
    null,
    null,
    null,
    null,
    null,
  ])
})
