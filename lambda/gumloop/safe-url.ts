/**
 * Which links this server may open. The attacker is anyone who can supply a link (a model, a malicious document behind
 * it, a hijacked redirect) to make the server reach what only it can reach: the cloud's metadata address, the
 * Lambda runtime, hosts of the private network. Pure: the caller resolves names, and every address is checked here.
 */
import { BlockList, isIP } from 'node:net'
import { LOOPBACK_HOSTS } from '../shared/names.ts'

/** Not globally reachable (IANA's special-purpose registry), multicast, or reserved. IPv4 as `network/bits`. */
const BLOCKED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT; some clouds have their metadata service there
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local: the cloud's metadata
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only global unicast is allowed, except what wraps an IPv4 address or is reserved for documentation. */
const ALLOWED_IPV6 = '2000::/3'
const BLOCKED_IPV6 = [
  '2001::/23', // includes Teredo
  '2001:db8::/32',
  '2002::/16', // 6to4: wraps an IPv4 address of the sender's choice
  '3fff::/20',
]

/** Created on first use: most calls open no link, and it would slow the cold start. */
let lists: { blockedIpv4: BlockList; allowedIpv6: BlockList; blockedIpv6: BlockList } | undefined

/**
 * Whether an address is on the public internet. IPv4-mapped and other wrapped forms (`::ffff:…`, NAT64) are not,
 * whatever they wrap; nor is an address with a zone, nor anything that is not an address.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false
  lists ??= {
    blockedIpv4: blockList('ipv4', BLOCKED_IPV4),
    allowedIpv6: blockList('ipv6', [ALLOWED_IPV6]),
    blockedIpv6: blockList('ipv6', BLOCKED_IPV6),
  }
  const { blockedIpv4, allowedIpv6, blockedIpv6 } = lists
  switch (isIP(address)) {
    case 4:
      return !blockedIpv4.check(address, 'ipv4')
    case 6:
      return allowedIpv6.check(address, 'ipv6') && !blockedIpv6.check(address, 'ipv6')
    default:
      return false
  }
}

/**
 * A link that may be opened if its origin is trusted, or its host resolves only to addresses that `isPublicAddress`
 * accepts.
 */
export interface SafeLink {
  url: URL
  /** Host without brackets: a name to resolve, or an address. */
  hostname: string
  /** True for a local server's or a test's own origin, where a private address and `http` are allowed. */
  isTrusted: boolean
}

/**
 * @param trustedOrigins from `trustedOrigins()`: origins that are exempt from the rules on scheme, port and address.
 * @returns the link, or why it is not allowed, without any part of the link (it may contain a signature).
 */
export function checkLink(link: string, trustedOrigins: readonly string[]): SafeLink | { reason: string } {
  if (link.length > MAX_LINK_CHARACTERS) return { reason: 'it is too long' }
  const url = URL.canParse(link) ? new URL(link) : undefined
  if (!url) return { reason: 'it is not a URL' }
  // The parser has already normalized decimal, octal and hexadecimal hosts to plain addresses.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (url.username !== '' || url.password !== '') return { reason: 'it contains a user name or a password' }
  if (trustedOrigins.includes(url.origin)) return { url, hostname, isTrusted: true }
  if (url.protocol !== 'https:') return { reason: 'only https links are allowed' }
  if (url.port !== '') return { reason: 'only the standard port is allowed' }
  if (hostname === '') return { reason: 'it has no host' }
  if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) return { reason: PRIVATE_ADDRESS }
  return { url, hostname, isTrusted: false }
}

/** Signed links have about 1,000 characters; `data:` URLs and hostile input have more. */
const MAX_LINK_CHARACTERS = 8192
export const PRIVATE_ADDRESS = 'its host is not on the public internet'

/**
 * The origins that are exempt from the rules, derived from Gumloop's own URL, so that no setting can be left
 * open: none while Gumloop is reached over https, those of a Gumloop on this machine (the sandbox) under any of this
 * machine's names. No other Gumloop is reached over plain http.
 * @param baseUrl Gumloop's URL prefix as configured.
 */
export function trustedOrigins(baseUrl: string): string[] {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url?.protocol !== 'http:' || !LOOPBACK_HOSTS.includes(url.hostname)) return []
  const port = url.port === '' ? '' : `:${url.port}`
  return LOOPBACK_HOSTS.map(name => `http://${name}${port}`)
}

function blockList(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}
