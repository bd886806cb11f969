/**
 * Which links this server may open itself. The attacker is whoever can name a link (a model, a poisoned document behind
 * it, a hijacked redirect) and wants the server to reach what only the server can reach: the cloud's metadata address, the
 * Lambda runtime, machines of the private network. Pure: names are resolved by the caller, every address is judged here.
 */
import { BlockList, isIP } from 'node:net'
import { LOOPBACK_HOSTS } from '../shared/names.ts'

/**
 * Who named the link. `gumloop`: it stood in Gumloop's answer to a request of this very call. `caller`: it came in the
 * arguments of a tool.
 */
export type LinkSource = 'gumloop' | 'caller'

/** Not globally reachable (IANA's special-purpose registry), multicast, or reserved. IPv4 as `network/bits`. */
const CLOSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT; some clouds keep their metadata there
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
/** IPv6 is closed but for global unicast, and that but for what wraps an IPv4 address or is for documents. */
const OPEN_IPV6 = '2000::/3'
const CLOSED_IPV6 = [
  '2001::/23', // Teredo among it
  '2001:db8::/32',
  '2002::/16', // 6to4: an IPv4 address of the sender's choice in disguise
  '3fff::/20',
]

/** Made when first asked: most calls open no link, and a cold start would pay for it. */
let lists: { closedIpv4: BlockList; openIpv6: BlockList; closedIpv6: BlockList } | undefined

/**
 * Whether an address is one of the public internet. IPv4-mapped and other wrapped forms (`::ffff:…`, NAT64) are not,
 * whatever they wrap; nor is an address with a zone, nor anything that is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false
  lists ??= {
    closedIpv4: blockList('ipv4', CLOSED_IPV4),
    openIpv6: blockList('ipv6', [OPEN_IPV6]),
    closedIpv6: blockList('ipv6', CLOSED_IPV6),
  }
  const { closedIpv4, openIpv6, closedIpv6 } = lists
  switch (isIP(address)) {
    case 4:
      return !closedIpv4.check(address, 'ipv4')
    case 6:
      return openIpv6.check(address, 'ipv6') && !closedIpv6.check(address, 'ipv6')
    default:
      return false
  }
}

/** A link that may be tried, if its host resolves to addresses that `isPublicAddress` accepts or the origin is trusted. */
export interface SafeLink {
  url: URL
  /** Host without brackets: what to resolve, or an address already. */
  hostname: string
  /** The one place of a local server or of a test where a private address and `http` are meant. */
  isTrusted: boolean
}

/**
 * @param trustedOrigins from `trustedOrigins()`: origins that are exempt from the rules on scheme, port and address.
 * @returns the link, or why it is refused in words that name no part of it (it may hold a signature).
 */
export function checkLink(link: string, trustedOrigins: readonly string[]): SafeLink | { refusal: string } {
  if (link.length > MAX_LINK_CHARACTERS) return { refusal: 'it is longer than any link' }
  const url = URL.canParse(link) ? new URL(link) : undefined
  if (!url) return { refusal: 'it is not a URL' }
  // The parser has turned decimal, octal and hexadecimal hosts into plain addresses by now.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (url.username !== '' || url.password !== '') return { refusal: 'it carries a user name or a password' }
  if (trustedOrigins.includes(url.origin)) return { url, hostname, isTrusted: true }
  if (url.protocol !== 'https:') return { refusal: 'only https links are opened' }
  if (url.port !== '') return { refusal: 'only the standard port is allowed' }
  if (hostname === '') return { refusal: 'it names no host' }
  if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) return { refusal: PRIVATE_ADDRESS }
  return { url, hostname, isTrusted: false }
}

/** Signed links have about 1,000 characters; a `data:` or hostile text has more. */
const MAX_LINK_CHARACTERS = 8192
export const PRIVATE_ADDRESS = 'its host is not on the public internet'

/**
 * The origins that may break the rules, derived from where Gumloop itself is reached, so that no setting can be left
 * open: none while Gumloop is reached over https. A Gumloop on this machine (the sandbox) is trusted for both sources,
 * under any of this machine's names; another plain-http Gumloop (an emulator's sandbox, a proxy) only for links that it
 * has handed out itself, since a proxy may add credentials that a caller must not borrow.
 * @param baseUrl Gumloop's URL prefix as configured.
 */
export function trustedOrigins(baseUrl: string, source: LinkSource): string[] {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url?.protocol !== 'http:') return []
  if (!LOOPBACK_HOSTS.includes(url.hostname)) return source === 'gumloop' ? [url.origin] : []
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
