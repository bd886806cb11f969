/** The one writer and the one reader of JSON: valid Unicode, no line separators, exact integers, else as JSON itself. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactInteger } from '../../../lambda/shared/exact-integer.ts'
import { safeJson, toJson } from '../../../lambda/shared/json-text.ts'
import { isObject } from '../../../lambda/shared/json-value.ts'
import { parseJson } from '../../../lambda/shared/parse-json.ts'

const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1)
const options = (numRuns: number): fc.Parameters<unknown> => ({
  numRuns: numRuns * FACTOR,
  ...(process.env.FUZZ_FACTOR === undefined && { seed: 3 }),
})

describe('toJson', () => {
  test.each([
    ['line separators', 'a\u2028b\u2029c\u0085d', '"a\\u2028b\\u2029c\\u0085d"'],
    ['the first half of a pair', 'a\ud83d', '"a\ufffd"'],
    ['the second half of a pair', '\ude00a', '"\ufffda"'],
    ['a whole pair', '\ud83d\ude00', '"\ud83d\ude00"'],
    ['a backslash before what looks like an escape', '\\ud800', '"\\\\ud800"'],
    ['two backslashes and a half', '\\\\\ud800', '"\\\\\\\\\ufffd"'],
    ['a property name', { '\ud800\u2028': 1 }, '{"\ufffd\\u2028":1}'],
  ])('writes %s safely', (_, value, json) => {
    expect(toJson(value)).toBe(json)
  })

  test('writes anything else as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
        const json = toJson(value)
        expect(json.isWellFormed()).toBe(true)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(json).not.toMatch(/[\u0085\u2028\u2029]/)
      }),
      options(500),
    )
  })

  test('changes nothing when it is applied twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
        expect(safeJson(toJson(value))).toBe(toJson(value))
      }),
      options(200),
    )
  })
})

describe('parseJson', () => {
  test.each([
    '9007199254740993',
    '-9007199254740993',
    '[12345678901234567890]',
    '{"id":9007199254740993,"ids":[1,9007199254740995]}',
    `{"a":${'9'.repeat(400)}}`,
    '{"text":"9007199254740993","number":9007199254740993}',
    '{"quote\\"9007199254740993":"\\\\","n":9007199254740993}',
  ])('keeps %s digit by digit', json => {
    expect(toJson(parseJson(json))).toBe(json)
  })

  test('gives an integer beyond 2^53 as its digits, and no object', () => {
    const value = parseJson('[9007199254740993]')
    const [integer] = Array.isArray(value) ? value : []
    expect(integer).toEqual(new ExactInteger('9007199254740993'))
    expect(String(integer)).toBe('9007199254740993')
    expect(isObject(integer)).toBe(false)
  })

  test.each(['9007199254740991', '1000000000000000', '0.12345678901234567', '1234567890123456.5', '1e16'])(
    'gives %s as a number',
    json => {
      expect(parseJson(json)).toBe(Number(json))
    },
  )

  test.each([
    '{9007199254740993:1}',
    '{9007199254740993}',
    '[09007199254740993]',
    '[--9007199254740993]',
    '[9007199254740993 9007199254740993]',
    '["a"9007199254740993]',
    '[9007199254740993"a"]',
    '[9007199254740993.]',
    '[.9007199254740993]',
    '"9007199254740993',
    '[1e9007199254740993e]',
  ])('refuses %s', json => {
    expect(() => parseJson(json)).toThrow(SyntaxError)
  })

  /** JSON with long integers in many places, and what is left of it after some characters were changed. */
  const numbers = fc.oneof(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.double(), fc.integer())
  const texts = fc
    .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 9 }), numbers), { maxLength: 6 })
    .map(parts =>
      JSON.stringify(parts.map(part => (typeof part === 'bigint' ? `#${part}#` : part)))
        .replaceAll('"#', '')
        .replaceAll('#"', ''),
    )
  const damaged = fc
    .tuple(texts, fc.nat(), fc.constantFrom(...'"\\,:[]{}-.0e9 '), fc.boolean())
    .map(([text, at, character, isChanged]) => {
      const place = at % (text.length + 1)
      return isChanged ? text.slice(0, place) + character + text.slice(place + 1) : text
    })

  test('takes and refuses what JSON.parse does, and gives the same but for unsafe integers', () => {
    const rounded = (value: unknown): unknown =>
      value instanceof ExactInteger
        ? Number(value)
        : Array.isArray(value)
          ? value.map(rounded)
          : isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)]))
            : value
    const attempt = (parse: (text: string) => unknown, text: string) => {
      try {
        return { value: parse(text) }
      } catch (error) {
        return { error: error instanceof SyntaxError }
      }
    }
    fc.assert(
      fc.property(damaged, text => {
        const own = attempt(parseJson, text)
        expect('value' in own ? { value: rounded(own.value) } : own).toEqual(attempt(JSON.parse, text))
      }),
      options(2000),
    )
  })
})
