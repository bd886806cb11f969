import { expect, test } from 'vitest'
import { cutText } from '../../../lambda/shared/cut-text.ts'

test.each([
  ['abc', 3, 'abc'],
  ['abc', 2, 'ab'],
  ['a\u{1f600}b', 2, 'a'],
  ['a\u{1f600}b', 3, 'a\u{1f600}'],
  ['\u{1f600}', 1, ''],
  ['a\ud83d', 5, 'a\ufffd'],
  ['\ude00bc', 2, '\ufffdb'],
  ['', 0, ''],
  ['abc', 0, ''],
])('cuts %j to %i', (text, limit, expected) => {
  expect(cutText(text, limit)).toBe(expected)
})
