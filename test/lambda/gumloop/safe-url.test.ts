import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkLink, isPublicAddress, trustedOrigins } from '../../../lambda/gumloop/safe-url.ts'

/** First and last address of each network, so that a wrong mask shows. */
const BLOCKED: [first: string, last: string][] = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '255.255.255.255'],
]
const toNumber = (address: string) =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
const toAddress = (number: number) => [24, 16, 8, 0].map(shift => (number >>> shift) & 255).join('.')
const isBlocked = (number: number) =>
  BLOCKED.some(([first, last]) => number >= toNumber(first) && number <= toNumber(last))
const anyIpv4 = fc.integer({ min: 0, max: 0xffffffff })
const blockedIpv4 = fc
  .constantFrom(...BLOCKED)
  .chain(([first, last]) => fc.integer({ min: toNumber(first), max: toNumber(last) }))

const rejectionOf = (link: string, trusted: string[] = []) => {
  const checked = checkLink(link, trusted)
  return 'reason' in checked ? checked.reason : undefined
}

describe('isPublicAddress', () => {
  test('accepts exactly the IPv4 addresses outside the special-purpose networks', () => {
    fc.assert(
      fc.property(fc.oneof(anyIpv4, blockedIpv4), number => {
        expect(isPublicAddress(toAddress(number))).toBe(!isBlocked(number))
      }),
      { numRuns: 2000 },
    )
  })

  test('rejects the first and last IPv4 address of every special-purpose network, and checks its neighbors separately', () => {
    for (const [first, last] of BLOCKED) {
      expect([first, last].map(isPublicAddress)).toEqual([false, false])
      const neighbors = [toNumber(first) - 1, toNumber(last) + 1].filter(n => n > 0 && n < 0xffffffff)
      expect(neighbors.map(n => isPublicAddress(toAddress(n)))).toEqual(neighbors.map(n => !isBlocked(n)))
    }
  })

  test.each([
    ['8.8.8.8', true],
    ['142.250.74.123', true],
    ['2607:f8b0:4004:c07::80', true],
    ['2a00:1450:4001:80b::201b', true],
    ['2600:1f18::1', true],
    ['::', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::ffff:8.8.8.8', false],
    ['::127.0.0.1', false],
    ['64:ff9b::a9fe:a9fe', false],
    ['64:ff9b:1::1', false],
    ['100::1', false],
    ['2001::1', false],
    ['2001:db8::1', false],
    ['2002:a9fe:a9fe::1', false],
    ['3fff::1', false],
    ['fc00::1', false],
    ['fd00:ec2::254', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['2600::1%eth0', false],
    ['fec0::1', false],
    ['ff02::1', false],
    ['5f00::1', false],
    ['localhost', false],
    ['', false],
    ['0x7f.1', false],
    ['1.2.3', false],
  ])('the address %s: public is %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic)
  })

  test('rejects every IPv6 address whose first three bits are not 001', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
        const [first = 0] = groups
        const address = groups.map(one => one.toString(16)).join(':')
        if (first >> 13 !== 1) expect(isPublicAddress(address)).toBe(false)
        else if (first > 0x2002 && first < 0x3fff) expect(isPublicAddress(address)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('checkLink', () => {
  test('accepts a signed link of a storage service', () => {
    const link = 'https://storage.googleapis.com/b/o.csv?X-Goog-Signature=abc'
    expect(checkLink(link, [])).toEqual({
      url: new URL(link),
      hostname: 'storage.googleapis.com',
      isTrusted: false,
    })
    expect(rejectionOf('https://storage.googleapis.com:443/o')).toBeUndefined()
  })

  test.each([
    ['http://storage.googleapis.com/o', 'only https'],
    ['ftp://storage.googleapis.com/o', 'only https'],
    ['file:///etc/passwd', 'only https'],
    ['data:text/plain,hello', 'only https'],
    ['javascript:alert(1)', 'only https'],
    ['blob:https://example.com/1', 'only https'],
    ['gopher://example.com/', 'only https'],
    ['https://user@example.com/', 'user name'],
    ['https://user:pw@example.com/', 'user name'],
    ['https://:pw@example.com/', 'user name'],
    ['https://example.com:8443/', 'port'],
    ['https://example.com:80/', 'port'],
    ['https://example.com:22/', 'port'],
    ['//example.com/', 'not a URL'],
    ['/etc/passwd', 'not a URL'],
    ['https://', 'not a URL'],
    ['', 'not a URL'],
    ['https://exa mple.com/', 'not a URL'],
    ['https://127.0.0.1/', 'public internet'],
    ['https://127.1/', 'public internet'],
    ['https://0/', 'public internet'],
    ['https://0.0.0.0/', 'public internet'],
    ['https://2130706433/', 'public internet'],
    ['https://0177.0.0.1/', 'public internet'],
    ['https://0x7f000001/', 'public internet'],
    ['https://017700000001/', 'public internet'],
    ['https://127.0.0.1./', 'public internet'],
    ['https://①②⑦.⓪.⓪.①/', 'public internet'],
    ['https://169.254.169.254/latest/meta-data/', 'public internet'],
    ['https://2852039166/', 'public internet'],
    ['https://0xa9fea9fe/', 'public internet'],
    ['https://0251.0376.0251.0376/', 'public internet'],
    ['https://[::1]/', 'public internet'],
    ['https://[::]/', 'public internet'],
    ['https://[::ffff:169.254.169.254]/', 'public internet'],
    ['https://[fd00:ec2::254]/', 'public internet'],
    ['https://[fe80::1]/', 'public internet'],
    [`https://example.com/${'a'.repeat(9000)}`, 'too long'],
  ])('rejects %.60s: %s', (link, reason) => {
    expect(rejectionOf(link)).toContain(reason)
  })

  test('rejects every notation of a blocked IPv4 address', () => {
    const written = (number: number) => [
      String(number),
      `0x${number.toString(16)}`,
      `0${number.toString(8)}`,
      toAddress(number),
      toAddress(number)
        .split('.')
        .map(part => `0${Number(part).toString(8)}`)
        .join('.'),
      toAddress(number)
        .split('.')
        .map(part => `0x${Number(part).toString(16)}`)
        .join('.'),
      `[::ffff:${toAddress(number)}]`,
      `[2002:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}::1]`,
    ]
    fc.assert(
      fc.property(blockedIpv4, number => {
        const passed = written(number).filter(host => rejectionOf(`https://${host}/x`) === undefined)
        expect(passed).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  test('does not repeat the link in the reason', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.constantFrom('http', 'ftp', ''), (path, scheme) => {
        const secret = 'SIGNATURE-1234567890'
        const link = `${scheme}://storage.test${path}?sig=${secret}`
        expect(rejectionOf(link)).toBeDefined()
        expect(rejectionOf(link)).not.toContain(secret)
      }),
    )
  })
})

describe('trustedOrigins', () => {
  test.each([
    ['https://api.gumloop.com/api/v1', []],
    ['https://127.0.0.1:4020/api/v1', []],
    ['not a url', []],
    ['http://localhost:4020/api/v1', ['http://localhost:4020', 'http://127.0.0.1:4020', 'http://[::1]:4020']],
    ['http://gumloop-proxy.internal:8080/api/v1', []],
    ['http://10.1.2.3/api/v1', []],
  ])('for %s trusts %j', (baseUrl, trusted) => {
    expect(trustedOrigins(baseUrl)).toEqual(trusted)
  })

  test('trusts that origin only, not other ports and hosts of this machine', () => {
    const trusted = trustedOrigins('http://127.0.0.1:4020/api/v1')
    expect(rejectionOf('http://127.0.0.1:4020/gumloop-artifacts/x?s=1', trusted)).toBeUndefined()
    expect(rejectionOf('http://127.0.0.1:4021/', trusted)).toContain('only https')
    expect(rejectionOf('http://127.0.0.2:4020/', trusted)).toContain('only https')
    expect(rejectionOf('https://127.0.0.1:4020/', trusted)).toContain('port')
    expect(rejectionOf('http://user@127.0.0.1:4020/', trusted)).toContain('user name')
  })
})
