import { expect, test } from 'vitest'
import { meantBy } from '../../../lambda/catalog/search-typo.ts'

const known = ['agent', 'session', 'skill', 'evaluation', 'list', 'run']

test.each([
  ['agnet', ['agent']], // swapped
  ['gaent', ['agent']], // swapped at the beginning
  ['aent', ['agent']],
  ['aggent', ['agent']],
  ['slist', ['list']],
  ['ageny', ['agent']],
  ['evalutaoin', ['evaluation']], // two errors in a long word
  ['skll', ['skill']],
])('%s means %j', (word, meant) => {
  expect(meantBy(word, known)).toEqual(meant)
})

test.each(['rum', 'xgent', 'agxxt', 'sesxxxn', 'evaluationable', ''])('%s means no known word', word => {
  expect(meantBy(word, known)).toEqual([])
})

test('finds the closest, and all that are equally close', () => {
  expect(meantBy('cart', ['card', 'care', 'cast'])).toEqual(['card', 'care', 'cast'])
  expect(meantBy('evaluatio', ['evaluation', 'evaluating'])).toEqual(['evaluation'])
})
