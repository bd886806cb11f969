import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cut, fitJson } from '../../../lambda/shared/fit-json.ts'
import { findPointer, toPointer } from '../../../lambda/shared/json-path.ts'
import { toJson } from '../../../lambda/shared/json-text.ts'

const places = (cuts: Cut[]) =>
  cuts.map(({ path, unit, offset, limit }) => [toPointer(path), unit, offset, limit])

describe('fitJson', () => {
  test('leaves alone what fits', () => {
    const value = { a: [1, 'b'], c: null }
    expect(fitJson(value, 100)).toEqual({ value, cuts: [] })
  })

  test('cuts the long field of an object and keeps the short ones', () => {
    const { value, cuts } = fitJson({ rows: 12, report: 'x'.repeat(5000), note: 'short' }, 1000)
    expect(value).toMatchObject({ rows: 12, note: 'short' })
    expect(value.report).toMatch(/^x{500,}… \[cut: \d+ more characters\]$/)
    const end = value.report.indexOf('…')
    expect(places(cuts)).toEqual([['/report', 'characters', end, undefined]])
    expect(toJson(value).length).toBeLessThanOrEqual(1000)
  })

  test('keeps the first rows of a list, the newest messages, and the first of many fields', () => {
    const rows = Array.from({ length: 3000 }, (_, index) => ({ index }))
    const first = fitJson({ rows }, 1000)
    expect(first.value.rows).toEqual(rows.slice(0, first.value.rows.length))
    expect(places(first.cuts)).toEqual([['/rows', 'items', first.value.rows.length, undefined]])
    const newest = fitJson({ messages: rows }, 1000).value.messages
    expect(newest.at(-1)).toEqual({ index: 2999 })
    expect(places(fitJson({ messages: rows }, 1000).cuts)).toEqual([
      ['/messages', 'items', 0, 3000 - newest.length],
    ])
    const fields = Object.fromEntries(rows.map(({ index }) => [`n${index}`, index]))
    const many = fitJson(fields, 1000)
    expect(Object.keys(many.value)).toEqual(Object.keys(fields).slice(0, many.cuts[0]?.offset))
    expect(many.cuts[0]).toMatchObject({ unit: 'fields', total: 3000 })
  })

  test('cuts inside of the first row that is too large', () => {
    const { value, cuts } = fitJson([{ id: 1, text: 'x'.repeat(9000) }, 2], 1000)
    expect(value[0]).toMatchObject({ id: 1, text: expect.stringContaining('[cut: ') })
    expect(places(cuts).map(([pointer]) => pointer)).toEqual(['/0/text', ''])
  })

  test('stays within the limit, names the place of everything that it leaves out, and keeps the type', () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' })
    const large = fc.oneof(
      json,
      fc.array(json, { minLength: 50, maxLength: 200 }),
      fc.dictionary(fc.string(), json, { minKeys: 50, maxKeys: 200 }),
      fc.string({ minLength: 1000, maxLength: 5000 }).map(text => ({ deep: [{ text }] })),
    )
    fc.assert(
      fc.property(large, fc.integer({ min: 400, max: 3000 }), (value, limit) => {
        const { value: fitted, cuts } = fitJson(value, limit)
        expect(toJson(fitted).length).toBeLessThanOrEqual(limit + 100)
        if (toJson(value).length <= limit) expect(fitted).toBe(value)
        else expect(cuts.length).toBeGreaterThan(0)
        expect(Array.isArray(fitted)).toBe(Array.isArray(value))
        for (const { path, offset, total } of cuts) {
          expect(findPointer(value, toPointer(path))?.path).toEqual(path)
          expect(offset).toBeLessThan(total)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a chain of lists that is thousands of levels long does not exhaust the stack', () => {
    const text = 'x'.repeat(2000)
    const deep: unknown = JSON.parse(`${'['.repeat(4000)}"${text}"${']'.repeat(4000)}`)
    const { value, cuts } = fitJson(deep, 1000)
    expect(toJson(value).length).toBeLessThan(1000)
    expect(cuts).toHaveLength(1)
  })
})
