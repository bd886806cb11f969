/**
 * A zip archive in memory → its files, each unpacked when asked for. The archive is whatever a flow made or took: sizes in
 * it are claims, and no more is unpacked than the caller allows. Nothing is written anywhere, so names are only names. Pure.
 */
import { inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  /** As it stands in the archive; may hold folders, or anything. */
  name: string
  /** Claimed size when unpacked. */
  sizeBytes: number
  /** The unpacked bytes; undefined when they are encrypted, packed in another way, damaged, or more than `maxBytes`. */
  read: (maxBytes: number) => Buffer | undefined
}

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff
/** Zip64 writes this where the real number stands elsewhere; archives over 4 GB are none of ours. */
const ELSEWHERE = 0xffffffff
const ENCRYPTED = 1
const UTF8_NAME = 1 << 11

/** Entries of the archive in its order, folders left out; undefined when it is no zip archive that can be read here. */
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
    const name = archive.toString(flags & UTF8_NAME ? 'utf8' : 'latin1', at + 46, at + 46 + nameBytes)
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

/** The end record stands last, before a comment of up to 64 KB: searched from behind. */
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
  if (isEncrypted || sizeBytes > maxBytes || sizeBytes === ELSEWHERE || packedBytes === ELSEWHERE)
    return undefined
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL_SIGNATURE) return undefined
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  if (start + packedBytes > archive.length) return undefined
  const packed = archive.subarray(start, start + packedBytes)
  if (method === 0) return packed.length === sizeBytes ? packed : undefined
  if (method !== 8) return undefined
  try {
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) }) // never more than was claimed
    return bytes.length === sizeBytes ? bytes : undefined
  } catch {
    return undefined
  }
}
