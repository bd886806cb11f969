/** Writes zip archives uncompressed; reads uncompressed and deflated ones. No encryption, no zip64. */
import { inflateRawSync } from 'node:zlib'
import { crc32 } from './crc32.ts'

export interface ZipEntry {
  name: string
  bytes: Buffer
}

/** 1 January 1980, the earliest date of the format. A fixed date makes archives of the same files identical. */
const DOS_DATE = 0x21
const UTF8_NAMES = 0x0800

export function toZip(entries: ZipEntry[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const nameBytes = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(UTF8_NAMES, 2)
    shared.writeUInt16LE(DOS_DATE, 8)
    shared.writeUInt32LE(crc32(bytes), 10)
    shared.writeUInt32LE(bytes.length, 14)
    shared.writeUInt32LE(bytes.length, 18)
    shared.writeUInt16LE(nameBytes.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    local.push(Buffer.from('PK\x03\x04'), shared, nameBytes, bytes)
    central.push(Buffer.from('PK\x01\x02\x14\x00'), shared, tail, nameBytes)
    offset += 4 + shared.length + nameBytes.length + bytes.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end])
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= 0; at -= 1) if (zip.readUInt32LE(at) === 0x06054b50) return at
  return -1
}

/**
 * The files of an archive, without folders; null when it is invalid or uses unsupported features.
 * @param limitBytes limit on the total unpacked size, since a small archive may unpack to a huge one
 */
export function readZip(zip: Buffer, limitBytes: number): ZipEntry[] | null {
  const end = findEnd(zip)
  if (end < 0) return null
  try {
    const entries: ZipEntry[] = []
    let at = zip.readUInt32LE(end + 16)
    let leftBytes = limitBytes
    for (let n = zip.readUInt16LE(end + 10); n > 0; n -= 1) {
      if (zip.readUInt32LE(at) !== 0x02014b50) return null
      const method = zip.readUInt16LE(at + 10)
      const packedBytes = zip.readUInt32LE(at + 20)
      const nameLength = zip.readUInt16LE(at + 28)
      const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
      const localAt = zip.readUInt32LE(at + 42)
      const dataAt = localAt + 30 + zip.readUInt16LE(localAt + 26) + zip.readUInt16LE(localAt + 28)
      const packed = zip.subarray(dataAt, dataAt + packedBytes)
      at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
      if (name.endsWith('/')) continue
      if (method !== 0 && method !== 8) return null
      const bytes =
        method === 0 ? Buffer.from(packed) : inflateRawSync(packed, { maxOutputLength: leftBytes + 1 })
      leftBytes -= bytes.length
      if (leftBytes < 0) return null
      entries.push({ name, bytes })
    }
    return entries
  } catch {
    return null // A length or an offset points outside: not a valid archive.
  }
}
