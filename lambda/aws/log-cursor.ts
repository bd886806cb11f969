/** Opaque cursors of log searches: a few plain values in base64url. Pure. */
import { AppError } from '../shared/errors.ts'
import { parseObject } from '../shared/json-value.ts'

/** The cursor that stands for `state`. */
export function encodeLogCursor(state: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url')
}

/**
 * The values of a cursor, each of the type that `shape` names. Throws `invalid_arguments` for anything else: the next
 * page must not be looked for where nobody pointed.
 */
export function decodeLogCursor<Shape extends Record<string, 'string' | 'number'>>(
  cursor: string,
  shape: Shape,
): { [Name in keyof Shape]: Shape[Name] extends 'string' ? string : number } {
  const state = parseObject(Buffer.from(cursor, 'base64url').toString('utf8'))
  const isOurs =
    state !== undefined &&
    Object.keys(state).length === Object.keys(shape).length &&
    Object.entries(shape).every(([name, type]) => typeof state[name] === type)
  if (!isOurs) throw unknownLogCursor()
  // The loop above has checked every name and type.
  return state as { [Name in keyof Shape]: Shape[Name] extends 'string' ? string : number }
}

/** For a cursor that has the right shape and still leads nowhere. */
export function unknownLogCursor(): AppError {
  const message = 'pass on unchanged what the page before gave, or leave it out'
  return new AppError('invalid_arguments', 'next_cursor is not a cursor that this list gave.', {
    errors: [{ path: 'next_cursor', message }],
  })
}
