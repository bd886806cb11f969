import { expect, test } from 'vitest'
import { isObject, parseObject } from '../../../lambda/shared/json-value.ts'

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
  [1, false],
])('isObject(%j) is %s', (value, expected) => {
  expect(isObject(value)).toBe(expected)
})

test.each([
  ['{"a": 1}', { a: 1 }],
  ['[1]', undefined],
  ['null', undefined],
  ['{"a"', undefined],
  ['', undefined],
])('parseObject(%j) is %j', (text, expected) => {
  expect(parseObject(text)).toEqual(expected)
})
