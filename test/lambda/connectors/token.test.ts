import { describe, expect, test } from 'vitest'
import {
  DECOY,
  formatToken,
  hashesMatch,
  hashSecret,
  isId,
  mintId,
  mintSecret,
  parseToken,
} from '../../../lambda/connectors/token.ts'

describe('a token', () => {
  test('is parsed into the parts it was formatted from, for any secret', () => {
    for (const secret of ['_'.repeat(43), '-'.repeat(43), `a_b-${'c'.repeat(39)}`, mintSecret()]) {
      const parts = { id: mintId(), secret }
      expect(parseToken('gmcp', formatToken('gmcp', parts))).toEqual(parts)
      expect(parseToken('gapi', formatToken('gmcp', parts))).toBeUndefined()
    }
  })

  test('has 256 random bits and a random id', () => {
    const secrets = Array.from({ length: 500 }, mintSecret)
    const ids = Array.from({ length: 500 }, mintId)
    expect(secrets.every(secret => Buffer.from(secret, 'base64url').length === 32)).toBe(true)
    expect([new Set(secrets).size, new Set(ids).size, ids.every(isId)]).toEqual([500, 500, true])
  })

  test('ends in the base-62 CRC-32 of what precedes it', () => {
    // Computed with another implementation (Python's zlib.crc32).
    const parts = { id: 'abcdefghij012345', secret: 'A'.repeat(43) }
    expect(formatToken('gmcp', parts)).toBe(`gmcp_abcdefghij012345_${'A'.repeat(43)}2plPlf`)
    expect(formatToken('gapi', parts)).toBe(`gapi_abcdefghij012345_${'A'.repeat(43)}0rfAXN`)
  })

  test('without a checksum, as issued before 0.2.0, is the same token', () => {
    const parts = { id: mintId(), secret: mintSecret() }
    expect(parseToken('gmcp', `gmcp_${parts.id}_${parts.secret}`)).toEqual(parts)
  })

  test('with a wrong checksum keeps its id and has a secret that matches nothing', () => {
    const parts = { id: mintId(), secret: mintSecret() }
    const token = formatToken('gmcp', parts)
    const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`
    const parsed = parseToken('gmcp', wrong)
    expect(parsed?.id).toBe(parts.id)
    expect(hashSecret(parsed?.secret ?? '')).not.toBe(hashSecret(parts.secret))
  })

  test('is not parsed from anything else', () => {
    const good = formatToken('gmcp', { id: mintId(), secret: mintSecret() })
    for (const text of [
      '',
      'gmcp_',
      good.slice(1),
      `${good}x`,
      `${good}\n`,
      good.replace('_', '-'),
      ` ${good}`,
    ]) {
      expect(parseToken('gmcp', text)).toBeUndefined()
    }
  })
})

test('hashes are compared by value, and no secret has the hash of the decoy', () => {
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect([
    hashesMatch(hashSecret('a'), hashSecret('a')),
    hashesMatch(hashSecret('a'), hashSecret('b')),
  ]).toEqual([true, false])
  expect([hashesMatch(hashSecret('a'), ''), hashesMatch(hashSecret(DECOY.secret), DECOY.hash)]).toEqual([
    false,
    false,
  ])
})
