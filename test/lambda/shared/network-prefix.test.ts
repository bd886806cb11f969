import { expect, test } from 'vitest'
import { networkPrefix } from '../../../lambda/shared/network-prefix.ts'

test.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['127.0.0.1', '127.0.0.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['::FFFF:203.0.113.7', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0DB8:0001::6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8::/48'],
  ['2001:db8::1:2:3:4:5', '2001:db8::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
  ['64:ff9b::192.0.2.33', '64:ff9b::/48'],
  ['::1', '::/48'],
])('%s is in %s', (address, network) => {
  expect(networkPrefix(address)).toBe(network)
})

test.each(['', 'localhost', '203.0.113', '203.0.113.7, 198.51.100.1', 'a:b', '1.2.3.4\n'])(
  '%j is no address',
  text => {
    expect(networkPrefix(text)).toBeUndefined()
  },
)
