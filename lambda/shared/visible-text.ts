/** Texts of others where a person decides or reads in a terminal: on one line, with nothing in them that cannot be seen. Pure. */
import { isObject } from './json-value.ts'

const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g
/** Control characters (escape sequences begin with one), and format characters: bidirectional marks, zero widths, tags. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu
/** Two format characters that scripts and emoji need; they hide and reorder nothing. */
const JOINERS = ['\u200c', '\u200d']

/**
 * `text` on one line: a line break becomes ` ↵ `, a tab a space, every other invisible character its escape as in JSON
 * (`\u202e`). So no text can start a line of its own, reverse what is around it, or control a terminal.
 */
export function visibleLine(text: string): string {
  return text
    .replace(LINE_BREAKS, ' ↵ ')
    .replace(/\t/g, ' ')
    .replace(INVISIBLE, found => (JOINERS.includes(found) ? found : escaped(found)))
}

/** A JSON value with `visibleLine` of all its texts, except below the keys in `exact`. Keys of objects included. */
export function visibleTexts(value: unknown, exact: readonly string[] = []): unknown {
  if (typeof value === 'string') return visibleLine(value)
  if (Array.isArray(value)) return value.map(item => visibleTexts(item, exact))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      visibleLine(name),
      exact.includes(name) ? item : visibleTexts(item, exact),
    ]),
  )
}

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
  return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
