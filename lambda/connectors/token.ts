/**
 * The format of all our tokens: `<prefix>_<id>_<secret><checksum>`. The id names the record and is not secret; the secret
 * is 256 random bits, of which only the SHA-256 is stored. With that much entropy, a salt or a slow hash adds nothing. The
 * checksum lets secret scanners recognize a leaked token offline. Tokens issued before 0.2.0 have no checksum and stay
 * valid.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export type TokenPrefix = 'gmcp' | 'gapi'

export interface TokenParts {
  /** 16 characters of `a-z0-9`. */
  id: string
  /** 32 bytes in base64url: 43 characters, `_` and `-` among them; without the checksum. */
  secret: string
}

const ID_LENGTH = 16
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const SECRET_BYTES = 32
const SECRET_CHARACTERS = 43
const CHECKSUM_CHARACTERS = 6
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const TOKEN = '(gmcp|gapi)_([a-z0-9]{16})_([A-Za-z0-9_-]{43}(?:[A-Za-z0-9]{6})?)'
const PARTS = new RegExp(`^${TOKEN}$`)
const ANYWHERE = new RegExp(TOKEN, 'g')

/** A new random id, one of 36^16, so that two never collide. */
export function mintId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('')
}

/** A new random secret. */
export function mintSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** The token as its holder receives it. */
export function formatToken(prefix: TokenPrefix, { id, secret }: TokenParts): string {
  const unchecked = `${prefix}_${id}_${secret}`
  return unchecked + checksum(unchecked)
}

/**
 * The parts of a token with this prefix, or undefined for anything else. A token with a wrong checksum keeps it in its
 * secret: it costs the same read and the same hash as any other wrong secret, and matches no stored hash.
 */
export function parseToken(prefix: TokenPrefix, text: string): TokenParts | undefined {
  const [, found, id, tail] = PARTS.exec(text) ?? []
  if (found !== prefix || id === undefined || tail === undefined) return undefined
  const secret = tail.slice(0, SECRET_CHARACTERS)
  const isWhole = tail === secret || tail === secret + checksum(`${prefix}_${id}_${secret}`)
  return { id, secret: isWhole ? secret : tail }
}

/** Every text in `text` that has the form of a token, with any prefix. */
export function findTokens(text: string): string[] {
  return text.match(ANYWHERE) ?? []
}

/** CRC-32 (the polynomial of zip and PNG) of an ASCII text, as six characters in base 62, leading zeros included. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  let rest = (crc ^ 0xffffffff) >>> 0
  let encoded = ''
  for (let digit = 0; digit < CHECKSUM_CHARACTERS; digit++) {
    encoded = BASE62.charAt(rest % 62) + encoded
    rest = Math.floor(rest / 62)
  }
  return encoded
}

/** True for what could be the id of a record. */
export function isId(text: string): boolean {
  return /^[a-z0-9]{16}$/.test(text)
}

/** SHA-256 of a secret in lower-case hexadecimal, as the table stores it. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Compares two hashes of `hashSecret` in constant time. False for anything that is not such a hash. */
export function hashesMatch(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1')]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Used where a request lacks a valid token, so that every rejection does the same reads and hashes. */
export const DECOY = {
  id: '0'.repeat(ID_LENGTH),
  secret: 'A'.repeat(SECRET_CHARACTERS),
  /** Not the hash of any secret. */
  hash: '0'.repeat(64),
} as const
