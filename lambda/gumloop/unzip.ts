/**
 * A zip archive in memory → its files, each unpacked on request. The archive is untrusted, since flows create it: sizes
 * in it are only claims, and no more is unpacked than the caller allows. Nothing is written to disk, so names are
 * harmless. Pure.
 */
import { inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  /** As stored in the archive; may contain folders, or anything. */
  name: string
  /** Claimed unpacked size. */
  sizeBytes: number
  /** The unpacked bytes; undefined if encrypted, compressed with another method, damaged, or larger than `maxBytes`. */
  read: (maxBytes: number) => Buffer | undefined
}

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff
/** Zip64 stores this placeholder and the real number elsewhere; archives over 4 GB are not supported. */
const ZIP64_PLACEHOLDER = 0xffffffff
const ENCRYPTED = 1
const UTF8_NAME = 1 << 11

/** Entries of the archive in its order, without folders; undefined if it is not a readable zip archive. */
export function readZip(archive: Buffer): ZipEntry[] | undefined {
  const end = findEnd(archive)
  if (end === undefined) return undefined
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  const entries: ZipEntry[] = []
  for (let index = 0; index < count; index++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== ENTRY_SIGNATURE) return undefined
    const nameBytes = archive.readUInt16LE(at + 28)
    const next = at + 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    if (next > archive.length) return undefined
    const flags = archive.readUInt16LE(at + 8)
    const name = nameOf(archive.subarray(at + 46, at + 46 + nameBytes), (flags & UTF8_NAME) !== 0)
    const place = {
      isEncrypted: (flags & ENCRYPTED) !== 0,
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      sizeBytes: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    }
    if (!name.endsWith('/')) {
      entries.push({ name, sizeBytes: place.sizeBytes, read: maxBytes => unpack(archive, place, maxBytes) })
    }
    at = next
  }
  return entries
}

/**
 * A name is UTF-8 where its flag says so, and where it is valid UTF-8: macOS and many libraries forget the flag. Anything
 * else is CP437, the encoding of the format.
 */
function nameOf(bytes: Buffer, isUtf8: boolean): string {
  const text = bytes.toString('utf8')
  if (isUtf8 || !text.includes('\ufffd')) return text
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, character => CP437_FROM_128[character.charCodeAt(0) - 128] ?? character)
}

const CP437_FROM_128 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'

/** Searches backwards: the end record comes last, followed only by a comment of up to 64 KB. */
function findEnd(archive: Buffer): number | undefined {
  const lowest = Math.max(0, archive.length - END_BYTES - MAX_COMMENT_BYTES)
  for (let at = archive.length - END_BYTES; at >= lowest; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at
  }
  return undefined
}

interface Place {
  isEncrypted: boolean
  method: number
  packedBytes: number
  sizeBytes: number
  offset: number
}

function unpack(archive: Buffer, place: Place, maxBytes: number): Buffer | undefined {
  const { isEncrypted, method, packedBytes, sizeBytes, offset } = place
  if (
    isEncrypted ||
    sizeBytes > maxBytes ||
    sizeBytes === ZIP64_PLACEHOLDER ||
    packedBytes === ZIP64_PLACEHOLDER
  )
    return undefined
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL_SIGNATURE) return undefined
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  if (start + packedBytes > archive.length) return undefined
  const packed = archive.subarray(start, start + packedBytes)
  if (method === 0) return packed.length === sizeBytes ? packed : undefined
  if (method !== 8) return undefined
  try {
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) }) // never more than claimed
    return bytes.length === sizeBytes ? bytes : undefined
  } catch {
    return undefined
  }
}
