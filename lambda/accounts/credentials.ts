/** Where an account's Gumloop credentials come from: Secrets Manager when deployed, the environment locally. */
import type { SecretReader } from '../aws/secret-reader.ts'
import type { GumloopCredentials } from '../gumloop/credentials.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { parseObject } from '../shared/json-value.ts'
import { rememberSecret } from '../shared/redact.ts'

export interface CredentialsSource {
  /** The account's credentials, at most five minutes old. Throws `account_not_configured` when there are none. */
  get(accountId: string): Promise<GumloopCredentials>
  /**
   * The same after Gumloop refused what `get` gave: read anew, but at most once in ten seconds for each account, in
   * between what was read then. Equal to the refused ones: there is no newer key.
   */
  refresh(accountId: string): Promise<GumloopCredentials>
}

const REMEMBERED_MS = 5 * 60_000
const REFRESH_PAUSE_MS = 10_000

/** Credentials out of the secret `<prefix><account id>`, remembered in this environment. */
export function secretCredentials({
  reader,
  prefix,
  now,
}: {
  reader: Pick<SecretReader, 'read'>
  /** With its trailing slash. */
  prefix: string
  now: Clock
}): CredentialsSource {
  /** Promises, so that calls at the same time share one read. */
  const remembered = new Map<string, { readAtMs: number; credentials: Promise<GumloopCredentials> }>()
  const refreshedAtMs = new Map<string, number>()

  function readAnew(accountId: string): Promise<GumloopCredentials> {
    const entry = { readAtMs: now(), credentials: readSecret(accountId) }
    remembered.set(accountId, entry)
    // What failed is not remembered: the next call asks again, and finds a key that was put meanwhile.
    entry.credentials.catch(() => {
      if (remembered.get(accountId) === entry) remembered.delete(accountId)
    })
    return entry.credentials
  }

  async function readSecret(accountId: string): Promise<GumloopCredentials> {
    const text = await reader.read(`${prefix}${accountId}`)
    if (text === undefined) throw notConfigured(accountId)
    return parseSecret(text, accountId)
  }

  function get(accountId: string): Promise<GumloopCredentials> {
    const entry = remembered.get(accountId)
    const fresh = entry !== undefined && now() - entry.readAtMs < REMEMBERED_MS
    return fresh ? entry.credentials : readAnew(accountId)
  }

  return {
    get,
    refresh(accountId) {
      const lastMs = refreshedAtMs.get(accountId)
      if (lastMs !== undefined && now() - lastMs < REFRESH_PAUSE_MS) return get(accountId)
      refreshedAtMs.set(accountId, now())
      return readAnew(accountId)
    },
  }
}

/** The one account of a local server. */
export function fixedCredentials({
  accountId,
  ...credentials
}: GumloopCredentials & { accountId: string }): CredentialsSource {
  rememberSecret(credentials.apiKey)
  const get = async (asked: string) => {
    if (asked !== accountId) throw notConfigured(asked)
    return credentials
  }
  return { get, refresh: get }
}

/** The credentials in a secret's text: `{"api_key": …, "user_id"?: …, "team_id"?: …}`. */
export function parseSecret(text: string, accountId: string): GumloopCredentials {
  const { api_key: apiKey, user_id: userId, team_id: teamId } = parseObject(text) ?? {}
  if (typeof apiKey !== 'string' || apiKey === '') throw notConfigured(accountId)
  rememberSecret(apiKey)
  return {
    apiKey,
    ...(typeof userId === 'string' && userId !== '' ? { userId } : {}),
    ...(typeof teamId === 'string' && teamId !== '' ? { teamId } : {}),
  }
}

/** The text that `parseSecret` reads. */
export function formatSecret({ apiKey, userId, teamId }: GumloopCredentials): string {
  return JSON.stringify({ api_key: apiKey, user_id: userId, team_id: teamId })
}

function notConfigured(accountId: string): AppError {
  return new AppError('account_not_configured', `The account ${accountId} has no Gumloop credentials yet.`, {
    nextStep: `An administrator stores them with: gumloop-mcp account put --account ${accountId}`,
  })
}
