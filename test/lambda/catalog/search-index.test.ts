import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSearchIndex, encodeSearchIndex, type Posting } from '../../../lambda/catalog/search-index.ts'

const posting = fc.record({
  position: fc.integer({ min: 0, max: 1295 }),
  strength: fc.double({ min: 0.001, max: 1, noNaN: true }),
})
const postings = fc.dictionary(fc.stringMatching(/^=?[a-z0-9+]{1,12}$/), fc.array(posting, { minLength: 1 }))

test('decodes what it encodes, with strengths rounded to 35 steps', () => {
  fc.assert(
    fc.property(postings, record => {
      const index = new Map<string, Posting[]>(Object.entries(record))
      const back = decodeSearchIndex(encodeSearchIndex(index))
      expect([...back.keys()].sort()).toEqual([...index.keys()].sort())
      for (const [term, list] of index) {
        const read = back.get(term) ?? []
        expect(read.map(one => one.position)).toEqual(list.map(one => one.position))
        for (const [at, { strength }] of list.entries())
          expect(Math.abs((read[at]?.strength ?? 0) - strength)).toBeLessThan(1 / 35)
      }
    }),
  )
})

test('the text does not depend on the order of the terms', () => {
  const one = { position: 1, strength: 0.5 }
  const forward = new Map([
    ['agent', [one]],
    ['flow', [one]],
  ])
  const backward = new Map([...forward].reverse())
  expect(encodeSearchIndex(backward)).toBe(encodeSearchIndex(forward))
  expect(encodeSearchIndex(forward)).toBe('agent 01i\nflow 01i')
  expect(decodeSearchIndex('')).toEqual(new Map())
})

test('rejects a catalog that is too large for the format', () => {
  const far = new Map([['agent', [{ position: 1296, strength: 1 }]]])
  expect(() => encodeSearchIndex(far)).toThrow('Position 1296')
})
