/** Bytes of a file → its text, or undefined if it is not text. Pure. */

export interface DecodedText {
  text: string
  /** WHATWG name of the encoding. */
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
}

/** How many bytes are examined to detect UTF-16. */
const PROBE_BYTES = 1024

/**
 * @param isDeclaredText the name or the type says that it is text: then bytes that are not UTF-8 are decoded as
 *   windows-1252, the usual encoding of old spreadsheets, instead of being rejected.
 * @returns the text without its byte order mark; undefined if it is not text.
 */
export function decodeText(bytes: Buffer, isDeclaredText: boolean): DecodedText | undefined {
  const wide = byteOrderMark(bytes) ?? widthWithoutMark(bytes)
  if (wide) return { text: new TextDecoder(wide).decode(bytes), encoding: wide }
  if (bytes.includes(0)) return undefined
  const text = strictUtf8(bytes)
  if (text !== undefined) return isDeclaredText || isReadable(text) ? { text, encoding: 'utf-8' } : undefined
  if (!isDeclaredText) return undefined
  return { text: fromWindows1252(bytes), encoding: 'windows-1252' }
}

function byteOrderMark(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

/** UTF-16 that lost its mark: in Western text every second byte is zero, and only every second. */
function widthWithoutMark(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const probe = bytes.subarray(0, PROBE_BYTES)
  if (bytes.length % 2 !== 0 || probe.length < 4) return undefined
  const zeros = [0, 0]
  for (const [index, byte] of probe.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const most = (probe.length / 2) * 0.9
  if (odd >= most && even === 0) return 'utf-16le'
  if (even >= most && odd === 0) return 'utf-16be'
  return undefined
}

function strictUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Characters of the bytes 128 to 159, the only ones in which windows-1252 and Latin-1 differ. */
const FROM_128 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Written by hand, since Node's own windows-1252 decoder returns Latin-1 in several releases. */
function fromWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, character => FROM_128[character.charCodeAt(0) - 128] ?? character)
}

/** Control characters that occur in texts: layout, and the color codes of logs. */
const LAYOUT = new Set('\t\n\f\r\u001b\u0085')

/** Valid UTF-8 with other control characters is not text. */
function isReadable(text: string): boolean {
  if (text.startsWith('%PDF-')) return false
  return (text.slice(0, 64 * 1024).match(/\p{Cc}/gu) ?? []).every(character => LAYOUT.has(character))
}
