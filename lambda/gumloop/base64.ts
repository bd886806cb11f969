/**
 * Decodes base64 that a caller sends inside JSON. Strict, since Node's own decoder silently drops invalid characters.
 */

/**
 * @param text standard base64 with padding (RFC 4648 part 4); line breaks and spaces are allowed, as mail and shells
 *   add them.
 * @returns the bytes, or an error message to follow the name of the field.
 */
export function decodeBase64(text: string): Buffer | { error: string } {
  const compact = text.replace(/[ \t\r\n]+/g, '')
  if (compact === '') return { error: 'must not be empty' }
  if (/^data:/i.test(compact)) {
    return { error: 'must be plain base64: of a data URL, send only the part after the comma' }
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    if (/^[\w-]*={0,2}$/.test(compact))
      return { error: 'must be standard base64 (+ and /), not the URL-safe one (- and _)' }
    return { error: 'must be base64 (A-Z, a-z, 0-9, +, / and = at the end); send plain text as file_text' }
  }
  if (compact.length % 4 !== 0) {
    return {
      error: `must be complete base64: ${compact.length} characters is not a multiple of 4, so it was cut off or lacks padding`,
    }
  }
  const bytes = Buffer.from(compact, 'base64')
  // Leftover bits that belong to no byte: the last characters were changed or cut off.
  const lastGroup = bytes.subarray(-(bytes.length % 3 || 3)).toString('base64')
  if (lastGroup !== compact.slice(-4)) return { error: 'must be complete base64: its end is damaged' }
  return bytes
}
