import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { toZip } from 'gumloop-sandbox/zip'
import { describe, expect, test } from 'vitest'
import { readZip } from '../../../lambda/gumloop/unzip.ts'

/** An archive built by hand, so that each field can be wrong. */
function archive(
  name: string,
  content: Buffer,
  over: Partial<Record<'flags' | 'method' | 'size' | 'packed' | 'offset', number>> = {},
) {
  const packed = over.method === 0 ? content : deflateRawSync(content)
  const {
    flags = 1 << 11,
    method = 8,
    size = content.length,
    packed: packedSize = packed.length,
    offset = 0,
  } = over
  const nameBytes = Buffer.from(name)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(nameBytes.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(flags, 8)
  central.writeUInt16LE(method, 10)
  central.writeUInt32LE(packedSize, 20)
  central.writeUInt32LE(size, 24)
  central.writeUInt16LE(nameBytes.length, 28)
  central.writeUInt32LE(offset, 42)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(30 + nameBytes.length + packed.length, 16)
  return Buffer.concat([local, nameBytes, packed, central, nameBytes, end])
}
const only = (bytes: Buffer, maxBytes = 1_000_000) => readZip(bytes)?.[0]?.read(maxBytes)?.toString()

test('reads an archive of the sandbox in its order', () => {
  const entries = [
    { name: 'a.csv', bytes: Buffer.from('a,b\n1,2\n') },
    { name: 'bericht ü.txt', bytes: Buffer.from('x'.repeat(5000)) },
    { name: 'empty', bytes: Buffer.alloc(0) },
  ]
  const found = readZip(toZip(entries)) ?? []
  expect(found.map(({ name, sizeBytes, read }) => ({ name, sizeBytes, bytes: read(10_000) }))).toEqual(
    entries.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length, bytes })),
  )
})

describe('an archive built by hand', () => {
  const content = Buffer.from('hello '.repeat(100))
  test('is read with compressed and stored files and a comment, without its folders', () => {
    expect(only(archive('a', content))).toBe(content.toString())
    expect(only(archive('a', content, { method: 0 }))).toBe(content.toString())
    expect(only(Buffer.concat([archive('a', content), Buffer.from('a comment')]))).toBe(content.toString())
    expect(readZip(archive('folder/', content))).toEqual([])
  })

  test('is not unpacked beyond its claimed size or the allowed size', () => {
    const bomb = Buffer.alloc(5_000_000)
    expect(only(archive('a', bomb, { size: 100 }))).toBeUndefined()
    expect(only(archive('a', bomb), 1_000_000)).toBeUndefined()
    expect(only(archive('a', content, { size: content.length + 1 }))).toBeUndefined()
  })

  test.each([
    ['encrypted', { flags: 1 }],
    ['compressed with another method', { method: 12 }],
    ['a Zip64 entry', { size: 0xffffffff }],
    ['outside of the archive', { offset: 4_000_000 }],
    ['longer than the archive', { packed: 4_000_000 }],
    ['damaged', { offset: 1 }],
  ])('lists but does not read a file that is %s', (_, over) => {
    const [entry] = readZip(archive('a.txt', content, over)) ?? []
    expect([entry?.name, entry?.read(0xffffffff)]).toEqual(['a.txt', undefined])
  })
})

test('never throws for bytes that are not an archive, or a damaged one', () => {
  const whole = archive('a.txt', Buffer.from('hello'))
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(255), fc.nat(whole.length), (at, value, cut) => {
      const torn = Buffer.from(whole)
      if (at < torn.length) torn[at] = value
      for (const bytes of [torn, torn.subarray(0, cut), torn.subarray(cut)]) {
        for (const entry of readZip(bytes) ?? []) entry.read(1000)
      }
      expect(readZip(whole.subarray(0, Math.min(cut, whole.length - 1)))).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
  expect(readZip(Buffer.alloc(0))).toBeUndefined()
})
