import { isIP } from 'node:net'

/**
 * API Gateway limits a resource policy to 8,192 bytes; everything but the addresses takes less than 600 in ours
 * (measured in test/lib/api/ip-ranges.test.ts).
 */
export const IP_RANGES_LIMIT_BYTES = 7500
/** Two quotes, a comma, and an escaped slash (`\/`). */
const OVERHEAD_PER_RANGE_BYTES = 4

/** Whether `text` is an address range such as `203.0.113.0/24` or `2001:db8::/32`. */
export function isIpRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const version = isIP(address)
  return (
    version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  )
}

/** Bytes that the ranges take in the policy. */
export function ipRangesBytes(ranges: readonly string[]): number {
  return ranges.reduce((bytes, range) => bytes + Buffer.byteLength(range) + OVERHEAD_PER_RANGE_BYTES, 0)
}
