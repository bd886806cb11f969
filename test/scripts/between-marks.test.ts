import { expect, test } from 'vitest'
import { betweenMarks } from '../../scripts/between-marks.ts'

test('replaces the text between the markers, and rejects a page without them', () => {
  const page = 'a\n<!-- load: written by `npm run x` -->\nold\n<!-- /load -->\nz\n'
  expect(betweenMarks(page, 'load', 'new', 'npm run x')).toBe(page.replace('\nold\n', '\n\nnew\n\n'))
  expect(() => betweenMarks(page, 'load', 'new')).toThrow('does not contain the markers')
  expect(() => betweenMarks('a', 'load', 'new', 'npm run x')).toThrow('does not contain the markers')
})
