/** One part of a long text, as large as the result's budget allows. Pure. */

export interface TextPart {
  part: string
  /** Where the next part begins; null when this one reaches the end. */
  nextOffset: number | null
}

/** A part gives up at most this share of its length to end with a whole line. */
const LINE_END_SHARE = 0.2

/**
 * The part of `text` from `offset` on whose JSON is no longer than `maxJsonCharacters`. It ends after a line where one
 * ends nearby, never inside a character; parts put together are the text.
 * @param offset in UTF-16 units as `String.length` counts them, at most the length; inside a character: its beginning.
 * @param maxJsonCharacters at least 12, so that any character fits.
 */
export function textPart(text: string, offset: number, maxJsonCharacters: number): TextPart {
  const start = isInsideCharacter(text, offset) ? offset - 1 : offset
  let end = start
  let used = 0
  while (end < text.length) {
    const units = isInsideCharacter(text, end + 1) ? 2 : 1
    const cost = units === 2 ? 2 : jsonCost(text.charCodeAt(end))
    if (used + cost > maxJsonCharacters) break
    used += cost
    end += units
  }
  if (end >= text.length) return { part: text.slice(start), nextOffset: null }
  const lineEnd = text.lastIndexOf('\n', end - 1) + 1
  if (lineEnd > start && lineEnd >= end - (end - start) * LINE_END_SHARE) end = lineEnd
  return { part: text.slice(start, end), nextOffset: end }
}

/** Whether a position lies between the two halves of one character. */
export function isInsideCharacter(text: string, position: number): boolean {
  return (
    (text.charCodeAt(position) & 0xfc00) === 0xdc00 && (text.charCodeAt(position - 1) & 0xfc00) === 0xd800
  )
}

/** Characters that `toJson` writes for one UTF-16 unit that is no half of a pair. */
function jsonCost(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2
  if (unit === 0x85 || unit === 0x2028 || unit === 0x2029) return 6
  if (unit < 0x20) return [0x08, 0x09, 0x0a, 0x0c, 0x0d].includes(unit) ? 2 : 6
  return unit >= 0xd800 && unit <= 0xdfff ? 6 : 1
}
