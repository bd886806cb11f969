import { expect, test } from 'vitest'
import { callDetails } from '../../../lambda/tools/call-details.ts'

const result = { content: [{ type: 'text' as const, text: 'the answer' }], structuredContent: {} }

test('logs sizes always, and truncated texts only when enabled', () => {
  expect(callDetails({ id: 'a1' }, result, false)).toEqual({ argument_characters: 11, result_characters: 10 })
  expect(callDetails(undefined, result, true)).toEqual({
    argument_characters: 0,
    result_characters: 10,
    arguments: '',
    result: 'the answer',
  })
  const long = callDetails({ text: '😀'.repeat(5_000) }, result, true)
  expect([long.argument_characters, String(long.arguments).length]).toEqual([10_011, 4_000])
  expect(String(long.arguments).isWellFormed()).toBe(true)
})
