import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleLine, visibleTexts } from '../../../lambda/shared/visible-text.ts'

test.each([
  ['Payments over € 100 require approval.', 'Payments over € 100 require approval.'],
  ['one\ntwo\r\nthree\rfour\u2028five\u0085six', 'one ↵ two ↵ three ↵ four ↵ five ↵ six'],
  ['a\tb', 'a b'],
  ['\u001b[2J\u001b]0;title\u0007', '\\u001b[2J\\u001b]0;title\\u0007'],
  ['\u009b31mred\u007f\u0000', '\\u009b31mred\\u007f\\u0000'],
  ['€ 10\u202e001 ‮', '€ 10\\u202e001 \\u202e'],
  [
    '\u2066a\u2069\u200e\u200f\u061c\u200b\ufeff\u00ad',
    '\\u2066a\\u2069\\u200e\\u200f\\u061c\\u200b\\ufeff\\u00ad',
  ],
  ['hidden\u{e0041}', 'hidden\\udb40\\udc41'],
  ['نمی‌خواهم 👩‍💻 é 日本語', 'نمی‌خواهم 👩‍💻 é 日本語'],
])('%j becomes one visible line', (text, line) => {
  expect(visibleLine(text)).toBe(line)
  expect(visibleLine(line)).toBe(line)
})

test('no text leaves a character that controls a terminal or hides', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(visibleLine(text).replace(/[\u200c\u200d]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('a long text takes time in proportion to its length', () => {
  const startMs = performance.now()
  for (const unit of [' ', '\n', '\u202e', ' \n ']) visibleLine(unit.repeat(1_000_000 / unit.length))
  expect(performance.now() - startMs).toBeLessThan(4000)
})

test('all texts of a JSON value, names included, but those that must be repeated exactly', () => {
  const value = { 'a\nb': ['x\ny', 1, null, { name: 'p\nq', title: 'p\nq' }], name: { deep: '\n' } }
  expect(visibleTexts(value, ['name'])).toEqual({
    'a ↵ b': ['x ↵ y', 1, null, { name: 'p\nq', title: 'p ↵ q' }],
    name: { deep: '\n' },
  })
})
