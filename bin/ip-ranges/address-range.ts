/** Address ranges as numbers: parsing, formatting, and merging without adding or losing an address. Pure. */
import { isIP } from 'node:net'
import { isIpRange } from '../../lib/api/ip-ranges.ts'

/** All addresses that share the first `bits` bits of `start`. */
export interface AddressRange {
  version: 4 | 6
  start: bigint
  bits: number
}

const WIDTH = { 4: 32, 6: 128 } as const

/** @returns undefined for an invalid range. Bits after the prefix are ignored: `10.0.0.1/8` is `10.0.0.0/8`. */
export function parseRange(text: string): AddressRange | undefined {
  if (!isIpRange(text)) return undefined
  const [address = '', bitsText = ''] = text.split('/')
  const version = isIP(address) === 4 ? 4 : 6
  const bits = Number(bitsText)
  const shift = BigInt(WIDTH[version] - bits)
  return { version, bits, start: (toNumber(address, version) >> shift) << shift }
}

export function formatRange({ version, start, bits }: AddressRange): string {
  if (version === 4) {
    const parts = [24n, 16n, 8n, 0n].map(shift => (start >> shift) & 255n)
    return `${parts.join('.')}/${bits}`
  }
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((start >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  )
  // The URL parser produces the shortest notation (RFC 5952).
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${bits}`
}

/** The fewest ranges with the same addresses: none contains another, no two are halves of one; IPv4 first. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort(
    (a, b) => a.version - b.version || (a.start < b.start ? -1 : a.start > b.start ? 1 : a.bits - b.bits),
  )
  const joined: AddressRange[] = []
  for (const range of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && contains(last, range)) continue
    joined.push(range)
    joinHalves(joined)
  }
  return joined
}

/** Merges the last two ranges as long as they are the halves of one. */
function joinHalves(joined: AddressRange[]): void {
  for (;;) {
    const [left, right] = joined.slice(-2)
    if (left === undefined || right === undefined || left.bits !== right.bits) return
    const whole = { ...left, bits: left.bits - 1 }
    const isFirstHalf = left.bits > 0 && start(whole) === left.start
    if (!isFirstHalf || left.start === right.start || !contains(whole, right)) return
    joined.splice(-2, 2, whole)
  }
}

function contains(outer: AddressRange, inner: AddressRange): boolean {
  return (
    outer.version === inner.version &&
    outer.bits <= inner.bits &&
    start({ ...inner, bits: outer.bits }) === outer.start
  )
}

function start({ version, start, bits }: AddressRange): bigint {
  const shift = BigInt(WIDTH[version] - bits)
  return (start >> shift) << shift
}

function toNumber(address: string, version: 4 | 6): bigint {
  if (version === 4) return address.split('.').reduce((number, part) => (number << 8n) | BigInt(part), 0n)
  const [left = '', right] = withoutDots(address).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n)
}

/** `::ffff:192.0.2.1` with the dotted part in hexadecimal. */
function withoutDots(address: string): string {
  return address.replace(/\d+\.\d+\.\d+\.\d+$/, dotted => {
    const number = toNumber(dotted, 4)
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`
  })
}
