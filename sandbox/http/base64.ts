/** Decodes base64 fields of JSON bodies. */

/** The bytes, or null when the text is not base64 (a data URL is not). */
export function decodeBase64(text: string): Buffer | null {
  const compact = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 === 1) return null
  return Buffer.from(compact, 'base64')
}
