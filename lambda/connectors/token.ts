/**
 * The one shape of all our tokens: `<prefix>_<id>_<secret>`. The id names the record and is no secret; the secret is
 * 256 random bits, of which only the SHA-256 is ever stored. With that much chance a salt or a slow hash adds nothing.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export type TokenPrefix = 'gmcp' | 'gapi'

export interface TokenParts {
  /** 16 characters of `a-z0-9`. */
  id: string
  /** 32 bytes in base64url: 43 characters, `_` and `-` among them. */
  secret: string
}

const ID_LENGTH = 16
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const SECRET_BYTES = 32
const PARTS = /^(gmcp|gapi)_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/

/** A new random id: 36^16, so that two never meet. */
export function mintId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('')
}

/** A new random secret. */
export function mintSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** The token as its holder sees it. */
export function formatToken(prefix: TokenPrefix, { id, secret }: TokenParts): string {
  return `${prefix}_${id}_${secret}`
}

/** The parts of a token of this kind, or undefined for anything else. */
export function parseToken(prefix: TokenPrefix, text: string): TokenParts | undefined {
  const [, found, id, secret] = PARTS.exec(text) ?? []
  return found === prefix && id !== undefined && secret !== undefined ? { id, secret } : undefined
}

/** True for what could be the id of a record. */
export function isId(text: string): boolean {
  return /^[a-z0-9]{16}$/.test(text)
}

/** SHA-256 of a secret, in lower-case hexadecimal: what the table keeps. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Compares two hashes of `hashSecret` in constant time. False for anything that is not such a hash. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1')]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Stand in for what a request lacks, so that a refusal does the same reads and hashes whatever its reason. */
export const DECOY = {
  id: '0'.repeat(ID_LENGTH),
  secret: 'A'.repeat(43),
  /** No secret has it: the hash of nothing is not a hash of 43 characters. */
  hash: '0'.repeat(64),
} as const
