/** Reads the type and the size of an image from its first bytes. */
export interface ImageFacts {
  mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  /** Null when the header does not hold it in a fixed place. */
  widthPx: number | null
  heightPx: number | null
}

/** Null when it is none of the four types that chat completions accept. */
export function imageFacts(bytes: Buffer): ImageFacts | null {
  const starts = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text
  if (starts('\x89PNG\r\n\x1a\n') && bytes.length >= 24) {
    return { mediaType: 'image/png', widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) }
  }
  if (starts('GIF8') && bytes.length >= 10) {
    return { mediaType: 'image/gif', widthPx: bytes.readUInt16LE(6), heightPx: bytes.readUInt16LE(8) }
  }
  if (starts('\xff\xd8\xff')) return { mediaType: 'image/jpeg', widthPx: null, heightPx: null }
  if (starts('RIFF') && starts('WEBP', 8)) return { mediaType: 'image/webp', widthPx: null, heightPx: null }
  return null
}
