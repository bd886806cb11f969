/** The one way to shorten a text. Pure. */

/**
 * The beginning of `text`, at most `maxCharacters` UTF-16 units of it, valid Unicode: no character is cut in half, and
 * half characters that were there before become U+FFFD.
 */
export function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text.toWellFormed()
  const isInsidePair = isHigh(text.charCodeAt(maxCharacters - 1)) && isLow(text.charCodeAt(maxCharacters))
  return text.slice(0, isInsidePair ? maxCharacters - 1 : maxCharacters).toWellFormed()
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
