/** Sources of an account's Gumloop credentials: Secrets Manager when deployed, the environment locally. */
import type { SecretReader } from '../aws/secret-reader.ts'
import { describeUnusableCharacter, type GumloopCredentials } from '../gumloop/credentials.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { parseObject } from '../shared/json-value.ts'
import { rememberSecret } from '../shared/redact.ts'

export interface CredentialsSource {
  /** The account's credentials, at most five minutes old. Throws `account_not_configured` when there are none. */
  get(accountId: string): Promise<GumloopCredentials>
  /**
   * The credentials, read again after Gumloop rejected those of `get`, but at most once a second per account; in
   * between, the same as `get`. If they equal the rejected ones, there is no newer key.
   */
  refresh(accountId: string): Promise<GumloopCredentials>
}

const CACHE_MS = 5 * 60_000
/** Short, so that a key that was just replaced is found at once; long enough that a wrong one costs one read a second. */
const MIN_REFRESH_INTERVAL_MS = 1_000

/** Credentials from the secret `<prefix><account id>`, cached in this environment. */
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
  /** Promises, so that concurrent calls share one read. */
  const cache = new Map<string, { readAtMs: number; credentials: Promise<GumloopCredentials> }>()
  const refreshedAtMs = new Map<string, number>()

  function readAgain(accountId: string): Promise<GumloopCredentials> {
    const entry = { readAtMs: now(), credentials: readSecret(accountId) }
    cache.set(accountId, entry)
    // A failed read is not cached, so that the next call finds a key that was stored meanwhile.
    entry.credentials.catch(() => {
      if (cache.get(accountId) === entry) cache.delete(accountId)
    })
    return entry.credentials
  }

  async function readSecret(accountId: string): Promise<GumloopCredentials> {
    const text = await reader.read(`${prefix}${accountId}`)
    if (text === undefined) throw notConfigured(accountId)
    return parseSecret(text, accountId)
  }

  function get(accountId: string): Promise<GumloopCredentials> {
    const entry = cache.get(accountId)
    const isFresh = entry !== undefined && now() - entry.readAtMs < CACHE_MS
    return isFresh ? entry.credentials : readAgain(accountId)
  }

  return {
    get,
    refresh(accountId) {
      const lastMs = refreshedAtMs.get(accountId)
      if (lastMs !== undefined && now() - lastMs < MIN_REFRESH_INTERVAL_MS) return get(accountId)
      refreshedAtMs.set(accountId, now())
      return readAgain(accountId)
    },
  }
}

/** Credentials of the one account that a local server serves. */
export function fixedCredentials({
  accountId,
  ...credentials
}: GumloopCredentials & { accountId: string }): CredentialsSource {
  rememberSecret(credentials.apiKey)
  const get = async (requestedId: string) => {
    if (requestedId !== accountId) {
      throw new AppError(
        'account_not_configured',
        `This server was started for the account ${accountId}, and the connector belongs to the account ${requestedId}.`,
        { nextStep: `Use the URL of a connector of the account ${accountId}.` },
      )
    }
    return credentials
  }
  return { get, refresh: get }
}

/**
 * The credentials in a secret's text: `{"api_key": …, "user_id"?: …, "team_id"?: …}`. White space around a value is
 * ignored, since secrets are also edited by hand. Throws `account_not_configured`, which says what is wrong with it.
 */
export function parseSecret(text: string, accountId: string): GumloopCredentials {
  const values = parseObject(text)
  if (values === undefined)
    throw unusable(accountId, 'is not a JSON object such as {"api_key": "…", "user_id": "…"}')
  const read = (name: 'api_key' | 'user_id' | 'team_id'): string | undefined => {
    const value = values[name]
    if (typeof value !== 'string' || value.trim() === '') return undefined
    const trimmed = value.trim()
    const problem = describeUnusableCharacter(trimmed)
    if (problem !== undefined)
      throw unusable(accountId, `has a character in ${name} that cannot be sent: ${problem}`)
    return trimmed
  }
  const apiKey = read('api_key')
  if (apiKey === undefined) throw unusable(accountId, 'has no api_key')
  rememberSecret(apiKey)
  const userId = read('user_id')
  const teamId = read('team_id')
  return { apiKey, ...(userId !== undefined && { userId }), ...(teamId !== undefined && { teamId }) }
}

/** The text that `parseSecret` reads. */
export function formatSecret({ apiKey, userId, teamId }: GumloopCredentials): string {
  return JSON.stringify({ api_key: apiKey, user_id: userId, team_id: teamId })
}

function notConfigured(accountId: string): AppError {
  return withoutCredentials(accountId, `Account ${accountId} has no Gumloop credentials yet.`)
}

/** @param problem completes "The secret of account … " */
function unusable(accountId: string, problem: string): AppError {
  return withoutCredentials(accountId, `The secret of account ${accountId} ${problem}.`)
}

function withoutCredentials(accountId: string, message: string): AppError {
  return new AppError('account_not_configured', message, {
    nextStep: `An administrator can store them: gumloop-mcp account put --account ${accountId}`,
  })
}
