/** Where a request came from, as a network instead of an address: enough to notice a new place, and no one's home. Pure. */
import { isIP } from 'node:net'

/** `203.0.113.0/24` or `2001:db8:1::/48` of an IP address; undefined for any other text. */
export function networkPrefix(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '')
  const version = isIP(plain)
  if (version === 4) return `${plain.split('.').slice(0, 3).join('.')}.0/24`
  return version === 6 ? prefixOfIpv6(plain) : undefined
}

function prefixOfIpv6(address: string): string {
  const [before = '', after] = address.split('::')
  const start = groupsOf(before)
  const end = groupsOf(after ?? '')
  const zeros = after === undefined ? 0 : 8 - start.length - end.length
  const groups = [...start, ...Array<string>(zeros).fill('0'), ...end].slice(0, 3)
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.join(':')}::/48`
}

/** Groups without leading zeros. An embedded IPv4 address stands for the last two, which no prefix contains. */
function groupsOf(text: string): string[] {
  const groups = text === '' ? [] : text.split(':')
  return groups.flatMap(group =>
    group.includes('.') ? ['0', '0'] : [Number.parseInt(group, 16).toString(16)],
  )
}
