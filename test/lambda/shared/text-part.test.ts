import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toJson } from '../../../lambda/shared/json-text.ts'
import { textPart } from '../../../lambda/shared/text-part.ts'

function parts(text: string, max: number): string[] {
  const out: string[] = []
  for (let offset: number | null = 0; offset !== null && out.length < 10_000; ) {
    const { part, nextOffset } = textPart(text, offset, max)
    out.push(part)
    offset = nextOffset
  }
  return out
}

describe('textPart', () => {
  test('parts add up to the text; each fits as JSON and contains whole characters', () => {
    const anyText = fc.string({
      unit: fc.constantFrom('a', 'é', '"', '\\', '\n', '\u0000', '\u0085', '\u2028', '😀', '\ud83d', '日'),
    })
    fc.assert(
      fc.property(anyText, fc.integer({ min: 12, max: 60 }), (text, max) => {
        const all = parts(text, max)
        expect(all.join('')).toBe(text)
        for (const part of all) {
          expect(toJson(part).length - 2).toBeLessThanOrEqual(max)
          expect(part.isWellFormed() || !text.isWellFormed()).toBe(true)
        }
        expect(all.every(part => part !== '') || text === '').toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('a part ends after a line if one ends nearby, else at the limit', () => {
    const csv = 'id,title\n1,first one\n2,second one\n'
    expect(textPart(csv, 0, 24)).toEqual({ part: 'id,title\n1,first one\n', nextOffset: 21 })
    expect(textPart('x'.repeat(30), 0, 20)).toEqual({ part: 'x'.repeat(20), nextOffset: 20 })
    expect(textPart(`a\n${'x'.repeat(30)}`, 0, 20).nextOffset).toBe(19)
  })

  test('an offset inside a character moves to its start; at the end, the part is empty', () => {
    expect(textPart('a😀b', 2, 100)).toEqual({ part: '😀b', nextOffset: null })
    expect(textPart('ab', 2, 100)).toEqual({ part: '', nextOffset: null })
  })
})
