/** API token operations of the admin API: create, list, revoke. */
import { z } from 'zod'
import { isAccountId } from '../accounts/account.ts'
import type { ApiTokenRecord, StoredApiToken } from '../connectors/api-token.ts'
import { earliest, MAX_ANCESTORS, mayGrant } from '../connectors/api-token-ancestry.ts'
import type { ApiTokenStore } from '../connectors/api-token-store.ts'
import { formatToken, hashSecret, isId, mintId, mintSecret } from '../connectors/token.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { Audit } from './audit.ts'
import { displayName, expiresAt, type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { parseInput } from './parse-input.ts'

const DAY_MS = 86_400_000

export interface ApiTokenAdmin {
  /** The record together with the token, which is returned only here. */
  create(
    body: unknown,
    actor: string,
    /** The token that creates it, which it neither outlives nor outranks; undefined: none does. */
    parent?: StoredApiToken,
  ): Promise<ApiTokenRecord & { token: string }>
  list(query: unknown): Promise<ListAnswer<ApiTokenRecord>>
  /** Revokes the token and all that descend from it. Revoking a revoked token changes nothing and is not an error. */
  revoke(id: string, actor: string): Promise<ApiTokenRecord>
}

export function createApiTokenAdmin({
  apiTokens,
  audit,
  now,
  maxDays,
}: {
  apiTokens: ApiTokenStore
  audit: Audit
  now: Clock
  /** The longest life of a token, in days; undefined: only its parent's expiry limits it. */
  maxDays: number | undefined
}): ApiTokenAdmin {
  return {
    async create(body, actor, parent) {
      const schema = creationInput(latestExpiry(parent, maxDays, now()), parent, now())
      const { name, scopes, accounts, connectors, expires_at } = parseInput(schema, body)
      const ancestors = parent === undefined ? [] : [...parent.ancestors, parent.record.id]
      if (ancestors.length > MAX_ANCESTORS) throw tooManyAncestors()
      const record: ApiTokenRecord = {
        id: mintId(),
        name,
        scopes,
        accounts,
        connectors,
        expires_at,
        created_by: actor,
        parent_id: parent?.record.id ?? null,
        created_at: toTimestamp(now()),
        last_used_at: null,
        revoked_at: null,
      }
      const secret = mintSecret()
      const detail = { name, scopes, accounts, connectors, expires_at, parent_id: record.parent_id }
      const subject = {
        account_id: null,
        target: record.id,
        actor,
        action: 'api_token.create',
        detail,
      } as const
      await audit.recorded(subject, () =>
        apiTokens.create({ record, secretHash: hashSecret(secret), ancestors }),
      )
      return { ...record, token: formatToken('gapi', { id: record.id, secret }) }
    },

    async list(query) {
      const { tokens, nextCursor } = await apiTokens.list(toPage(parseInput(listQuery, query)))
      return listAnswer(tokens, nextCursor)
    },

    async revoke(id, actor) {
      const found = await apiTokens.find(id)
      if (found === undefined) throw new AppError('not_found', `API token ${id} does not exist.`)
      if (found.record.revoked_at !== null) return found.record
      const subject = { account_id: null, target: id, actor, action: 'api_token.revoke', detail: {} } as const
      return audit.recorded(subject, () => apiTokens.revoke(id, now()))
    },
  }
}

interface LatestExpiry {
  at: string
  /** Completes "must not be later than …, ". */
  because: string
}

/** The latest expiry that a new token may have; undefined: it may never expire. */
function latestExpiry(
  parent: StoredApiToken | undefined,
  maxDays: number | undefined,
  nowMs: number,
): LatestExpiry | undefined {
  const parentAt = parent?.record.expires_at ?? null
  const limitAt = maxDays === undefined ? null : toTimestamp(nowMs + maxDays * DAY_MS)
  const at = earliest(parentAt, limitAt)
  if (at === null) return undefined
  const because =
    at === limitAt
      ? `since a token of this deployment is valid for at most ${maxDays} days`
      : 'when the token that creates it expires'
  return { at, because }
}

/** Without `expires_at` the token is valid for as long as it may be. */
function creationInput(latest: LatestExpiry | undefined, parent: StoredApiToken | undefined, nowMs: number) {
  const input = z.strictObject({
    name: displayName,
    accounts: idList(isAccountId, 'must be the id of an account'),
    connectors: idList(isId, 'must be the id of a connector: 16 characters'),
    scopes: z
      .array(
        z.enum(['connect', 'admin']).refine(scope => parent === undefined || mayGrant(parent.record, scope), {
          error: 'the token that creates it does not have this scope',
        }),
      )
      .min(1)
      .transform(scopes => [...new Set(scopes)]),
    expires_at: expiresAt(nowMs)
      .refine(at => latest === undefined || earliest(at, latest.at) === at, {
        error: `must not be later than ${latest?.at}, ${latest?.because}`,
      })
      .default(latest?.at ?? null),
  })
  return input.superRefine(({ scopes, ...lists }, context) => {
    if (scopes.includes('connect')) return
    for (const name of ['accounts', 'connectors'] as const) {
      const message = 'is only for the scope connect'
      if (lists[name] !== null) context.addIssue({ code: 'custom', path: [name], message })
    }
  })
}

const MAX_IDS = 50

/** What a `connect` token is for; null, which is the default, does not limit it. */
function idList(isValid: (text: string) => boolean, error: string) {
  return z
    .array(z.string().max(100, { abort: true }).refine(isValid, { error }))
    .min(1)
    .max(MAX_IDS, { abort: true })
    .transform(ids => [...new Set(ids)])
    .nullable()
    .default(null)
}

function tooManyAncestors(): AppError {
  return new AppError('conflict', `A token may descend from at most ${MAX_ANCESTORS} others.`, {
    nextStep: 'Create it with one of the older tokens, or through IAM.',
  })
}
