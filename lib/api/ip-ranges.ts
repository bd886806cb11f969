import { isIP } from 'node:net'

/**
 * API Gateway takes a resource policy of 8,192 bytes; what is not addresses in ours takes less than 600, ARNs filled in
 * (test/lib/api/ip-ranges.test.ts measures it).
 */
export const IP_RANGES_LIMIT_BYTES = 7500
/** Two quotes, a comma, and a slash that may be stored as `\/`. */
const AROUND_EACH_BYTES = 4

/** Whether `text` is an address range such as `203.0.113.0/24` or `2001:db8::/32`. */
export function isIpRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const version = isIP(address)
  return (
    version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  )
}

/** What the ranges take of the policy's limit. */
export function ipRangesBytes(ranges: readonly string[]): number {
  return ranges.reduce((bytes, range) => bytes + Buffer.byteLength(range) + AROUND_EACH_BYTES, 0)
}
