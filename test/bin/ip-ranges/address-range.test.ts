import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRange, joinRanges, parseRange } from '../../../bin/ip-ranges/address-range.ts'

const join = (...texts: string[]) =>
  joinRanges(texts.flatMap(text => parseRange(text) ?? [])).map(formatRange)

describe('joining ranges', () => {
  it.each<[string, string[], string[]]>([
    ['halves of one range', ['203.0.113.0/25', '203.0.113.128/25'], ['203.0.113.0/24']],
    [
      'quarters, in any order',
      ['10.0.0.192/26', '10.0.0.0/26', '10.0.0.128/26', '10.0.0.64/26'],
      ['10.0.0.0/24'],
    ],
    ['one inside another', ['203.0.113.0/24', '203.0.113.77/32'], ['203.0.113.0/24']],
    ['the same twice', ['203.0.113.0/28', '203.0.113.0/28'], ['203.0.113.0/28']],
    [
      'adjacent ranges that are not halves of one',
      ['10.0.1.0/24', '10.0.2.0/24'],
      ['10.0.1.0/24', '10.0.2.0/24'],
    ],
    ['bits past the prefix', ['203.0.113.9/24'], ['203.0.113.0/24']],
    ['the whole of IPv4', ['0.0.0.0/1', '128.0.0.0/1'], ['0.0.0.0/0']],
    ['IPv6 in long and short spelling', ['2001:DB8:0:0::/65', '2001:db8::8000:0:0:0/65'], ['2001:db8::/64']],
    ['an IPv4-mapped IPv6 address', ['::ffff:192.0.2.1/128'], ['::ffff:c000:201/128']],
    ['both versions', ['2001:db8::/32', '192.0.2.0/24'], ['192.0.2.0/24', '2001:db8::/32']],
  ])('%s', (_, ranges, joined) => {
    expect(join(...ranges)).toEqual(joined)
  })

  const octet = fc.integer({ min: 0, max: 3 })
  const near = fc
    .tuple(octet, octet, fc.integer({ min: 16, max: 32 }))
    .map(([c, d, bits]) => `10.0.${c}.${d * 64}/${bits}`)

  it('lets in the very same addresses, in ranges that cannot be fewer', () => {
    const probe = fc.tuple(octet, fc.integer({ min: 0, max: 255 })).map(([c, d]) => `10.0.${c}.${d}`)
    fc.assert(
      fc.property(
        fc.array(near, { maxLength: 12 }),
        fc.array(probe, { minLength: 20, maxLength: 20 }),
        (ranges, probes) => {
          const joined = join(...ranges)
          const [before, after] = [listOf(ranges), listOf(joined)]
          for (const address of probes) expect(after.check(address)).toBe(before.check(address))
          expect(join(...joined)).toEqual(joined)
          expect(joined.length).toBeLessThanOrEqual(ranges.length)
        },
      ),
    )
  })
})

/** Node's own idea of which addresses are in a list of ranges. */
function listOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/')
    list.addSubnet(address, Number(bits), 'ipv4')
  }
  return list
}

it.each([
  '10.0.0.0',
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0/8',
  'a.b.c.d/8',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  '',
])('%s is no range', text => {
  expect(parseRange(text)).toBeUndefined()
})
