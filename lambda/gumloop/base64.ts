/** Bytes that a caller sends as base64 inside JSON. Strict: Node's own decoder drops what it does not know, without a word. */

/**
 * @param text standard base64 with its padding (RFC 4648 part 4); line breaks and spaces are allowed, as in mails and shells.
 * @returns the bytes, or what is wrong with it, to follow the name of the field.
 */
export function decodeBase64(text: string): Buffer | { error: string } {
  const compact = text.replace(/[ \t\r\n]+/g, '')
  if (compact === '') return { error: 'must not be empty' }
  if (/^data:/i.test(compact)) {
    return { error: 'must be base64 alone: of a data URL send what stands behind the comma' }
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    if (/^[\w-]*={0,2}$/.test(compact))
      return { error: 'must be standard base64 (+ and /), not the URL-safe one (- and _)' }
    return { error: 'must be base64 (A-Z, a-z, 0-9, +, / and = at the end); send plain text as file_text' }
  }
  if (compact.length % 4 !== 0) {
    return {
      error: `must be whole base64: ${compact.length} characters are no multiple of 4, so it was cut off or lacks its padding`,
    }
  }
  const bytes = Buffer.from(compact, 'base64')
  // Bits that belong to no byte: the last characters were changed or cut.
  const lastGroup = bytes.subarray(-(bytes.length % 3 || 3)).toString('base64')
  if (lastGroup !== compact.slice(-4)) return { error: 'must be whole base64: its end is damaged' }
  return bytes
}
