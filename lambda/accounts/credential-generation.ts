/**
 * Which Gumloop credentials a stored record of a run belongs to. An account keeps its id when its key is replaced, so
 * that a record is used only with the credentials that it was made with. Pure.
 */
import { createHash } from 'node:crypto'
import type { GumloopHosts } from '../gumloop/build-request.ts'
import type { GumloopCredentials } from '../gumloop/credentials.ts'

/** 64 bits each: enough to tell credentials apart, and useless to find a random key. */
const DIGEST_CHARACTERS = 16

/** Of a record that was written before records named their credentials: no credentials match it. */
export const NO_GENERATION = ''

/**
 * `<owner>-<key>`, both hexadecimal digests: the first of account id, owner ids and Gumloop's address, the second also of
 * the key. Equal only for the same account with the same credentials at the same Gumloop.
 */
export function credentialGeneration(
  accountId: string,
  { apiKey, userId, teamId }: GumloopCredentials,
  { recordsName, baseUrl }: GumloopHosts,
): string {
  const owner = [accountId, userId ?? null, teamId ?? null, recordsName ?? baseUrl]
  return `${digest(['owner', ...owner])}-${digest(['key', ...owner, apiKey])}`
}

/** True when only the key differs, if anything: the same owner sees the same runs. */
export function hasSameOwner(generation: string, other: string): boolean {
  return ownerOf(generation) === ownerOf(other)
}

function ownerOf(generation: string): string {
  return generation.slice(0, DIGEST_CHARACTERS)
}

function digest(values: (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, DIGEST_CHARACTERS)
}
