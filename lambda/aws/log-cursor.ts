/** Opaque cursors of log searches: a few plain values in base64url. Pure. */
import { parseObject } from '../shared/json-value.ts'
import { invalidCursor } from './page-cursor.ts'

/** The cursor that encodes `state`. */
export function encodeLogCursor(state: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url')
}

/**
 * The values of a cursor, each of the type that `shape` names. Throws `invalid_arguments` for any other cursor, so that
 * a forged one never decides where the next page is read.
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
  if (!isOurs) throw invalidCursor()
  // `isOurs` has checked every name and type.
  return state as { [Name in keyof Shape]: Shape[Name] extends 'string' ? string : number }
}
