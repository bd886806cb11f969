/**
 * Bytes → text: by the byte order mark, then by the charset that was declared, then by what the bytes look like. Bytes
 * that do not fit become U+FFFD; a single one never changes the encoding of the rest. Pure.
 */
import { utf8Text } from '../shared/utf8-text.ts'
import { declaredCharset } from './media-type.ts'

export interface DecodedText {
  text: string
  /** WHATWG name of the encoding, or `utf-32le` and `utf-32be`, which WHATWG does not have. */
  encoding: string
}

/** How many bytes are examined to detect UTF-16 and UTF-32. */
const PROBE_BYTES = 1024

/**
 * @param isDeclaredText the name or the type says that it is text: then bytes in no known encoding are decoded as
 *   windows-1252, the usual encoding of old spreadsheets, instead of being rejected.
 * @param charset from the `Content-Type`; null or unknown: the bytes decide.
 * @returns the text without its byte order mark; undefined if it is not text.
 */
export function decodeText(
  bytes: Buffer,
  isDeclaredText: boolean,
  charset: string | null = null,
): DecodedText | undefined {
  const marked = byteOrderMark(bytes)
  if (marked) return decoded(bytes, marked)
  const declared = encodingOf(charset)
  if (declared !== undefined && isDeclaredText) return decoded(bytes, declared)
  const wide = widthWithoutMark(bytes)
  if (wide) return decoded(bytes, wide)
  if (bytes.includes(0)) return undefined
  const text = utf8Text(bytes)
  if (text !== undefined) return isDeclaredText || isReadable(text) ? { text, encoding: 'utf-8' } : undefined
  if (declared !== undefined) return decoded(bytes, declared)
  if (!isDeclaredText) return undefined
  return damagedUtf8(bytes) ?? decoded(bytes, 'windows-1252')
}

/**
 * The text of a response that should be JSON: UTF-8, whatever its header says, where the bytes are UTF-8.
 * @param contentType the whole header.
 */
export function decodeBody(bytes: Buffer, contentType: string | undefined): string {
  const marked = byteOrderMark(bytes)
  if (marked) return decoded(bytes, marked).text
  const declared = encodingOf(declaredCharset(contentType))
  if (declared === undefined || declared === 'utf-8') return bytes.toString('utf8')
  return utf8Text(bytes) ?? decoded(bytes, declared).text
}

/** The WHATWG name for a label (`latin1` is `windows-1252`); undefined for one that nobody knows. */
function encodingOf(label: string | null): string | undefined {
  if (label === null) return undefined
  // What nearly every answer declares, without a decoder.
  if (label === 'utf-8') return label
  if (/^utf-?32/.test(label)) return label.endsWith('be') ? 'utf-32be' : 'utf-32le'
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

function decoded(bytes: Buffer, encoding: string): DecodedText {
  if (encoding === 'windows-1252') return { text: fromWindows1252(bytes), encoding }
  if (encoding === 'utf-32le' || encoding === 'utf-32be')
    return { text: fromUtf32(bytes, encoding), encoding }
  return { text: new TextDecoder(encoding).decode(bytes), encoding }
}

function byteOrderMark(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes
  const isUtf32 = bytes.length % 4 === 0
  if (isUtf32 && first === 0xff && second === 0xfe && third === 0 && fourth === 0) return 'utf-32le'
  if (isUtf32 && first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return 'utf-32be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined
}

/** UTF-16 or UTF-32 that lost its mark: in Western text one byte of each unit holds the character, the others are zero. */
function widthWithoutMark(bytes: Buffer): string | undefined {
  const probe = bytes.subarray(0, PROBE_BYTES)
  if (bytes.length % 2 !== 0 || probe.length < 4) return undefined
  const zeros = [0, 0, 0, 0]
  for (const [index, byte] of probe.entries()) if (byte === 0) zeros[index % 4] = (zeros[index % 4] ?? 0) + 1
  const most = (probe.length / 4) * 0.9
  const pattern = zeros.map(count => (count === 0 ? 'x' : count >= most ? '0' : '?')).join('')
  switch (pattern) {
    case 'x000':
      return bytes.length % 4 === 0 ? 'utf-32le' : undefined
    case '000x':
      return bytes.length % 4 === 0 ? 'utf-32be' : undefined
    case 'x0x0':
      return 'utf-16le'
    case '0x0x':
      return 'utf-16be'
    default:
      return undefined
  }
}

/** UTF-8 in which some bytes are wrong: it has more whole characters beyond ASCII than damaged ones. */
function damagedUtf8(bytes: Buffer): DecodedText | undefined {
  const text = new TextDecoder().decode(bytes)
  let whole = 0
  let damaged = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0xfffd) damaged++
    else if (unit > 0x7f) whole++
  }
  return whole > damaged ? { text, encoding: 'utf-8' } : undefined
}

/** Characters of the bytes 128 to 159, the only ones in which windows-1252 and Latin-1 differ. */
const FROM_128 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Written by hand, since Node's own windows-1252 decoder returns Latin-1 in several releases. */
function fromWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, character => FROM_128[character.charCodeAt(0) - 128] ?? character)
}

function fromUtf32(bytes: Buffer, encoding: 'utf-32le' | 'utf-32be'): string {
  const parts: string[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = encoding === 'utf-32le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    if (at === 0 && point === 0xfeff) continue // the byte order mark
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
    parts.push(isCharacter ? String.fromCodePoint(point) : '\ufffd')
  }
  return parts.join('') + (bytes.length % 4 === 0 ? '' : '\ufffd')
}

/** Control characters that occur in texts: layout, and the color codes of logs. */
const LAYOUT = new Set('\t\n\f\r\u001b\u0085')

/** Valid UTF-8 with other control characters is not text. */
function isReadable(text: string): boolean {
  if (text.startsWith('%PDF-')) return false
  return (text.slice(0, 64 * 1024).match(/\p{Cc}/gu) ?? []).every(character => LAYOUT.has(character))
}
