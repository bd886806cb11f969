import { describe, expect, test } from 'vitest'
import { AppError, describeCause, toAppError } from '../../../lambda/shared/errors.ts'

describe('describeCause', () => {
  test.each<[string, unknown, string]>([
    ['an error', new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['what an AppError wraps', toAppError(new RangeError('too long')), 'RangeError: too long'],
    ['an AppError without a cause', new AppError('conflict', 'It changed.'), 'AppError: It changed.'],
    ['a text', 'stopped', 'stopped'],
    ['another value', { secret: 'x' }, 'unknown'],
    ['nothing', undefined, 'unknown'],
  ])('describes %s', (_, error, text) => {
    expect(describeCause(error)).toBe(text)
  })

  test('has at most 300 characters', () => {
    expect(describeCause(new Error('x'.repeat(1000)))).toHaveLength(300)
  })
})

test('toAppError hides what is not an AppError, and keeps it as the cause', () => {
  const cause = new Error('password=hunter2')
  const error = toAppError(cause)
  expect([error.code, error.cause]).toEqual(['internal', cause])
  expect(error.message).not.toContain('hunter2')
})
