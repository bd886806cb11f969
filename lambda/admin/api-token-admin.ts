/** API token operations of the admin API: create, list, revoke. */
import { z } from 'zod'
import type { ApiTokenRecord } from '../connectors/api-token.ts'
import type { ApiTokenStore } from '../connectors/api-token-store.ts'
import { formatToken, hashSecret, mintId, mintSecret } from '../connectors/token.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { Audit } from './audit.ts'
import { displayName, expiresAt, type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { parseInput } from './parse-input.ts'

export interface ApiTokenAdmin {
  /** The record together with the token, which is returned only here. */
  create(body: unknown, actor: string): Promise<ApiTokenRecord & { token: string }>
  list(query: unknown): Promise<ListAnswer<ApiTokenRecord>>
  /** Revoking a revoked token changes nothing and is not an error. */
  revoke(id: string, actor: string): Promise<ApiTokenRecord>
}

export function createApiTokenAdmin({
  apiTokens,
  audit,
  now,
}: {
  apiTokens: ApiTokenStore
  audit: Audit
  now: Clock
}): ApiTokenAdmin {
  return {
    async create(body, actor) {
      const schema = z.strictObject({
        name: displayName,
        scopes: z
          .array(z.enum(['connect', 'admin']))
          .min(1)
          .transform(scopes => [...new Set(scopes)]),
        expires_at: expiresAt(now()).default(null),
      })
      const { name, scopes, expires_at } = parseInput(schema, body)
      const record: ApiTokenRecord = {
        id: mintId(),
        name,
        scopes,
        expires_at,
        created_by: actor,
        created_at: toTimestamp(now()),
        last_used_at: null,
        revoked_at: null,
      }
      const secret = mintSecret()
      const detail = { name, scopes, expires_at }
      const subject = {
        account_id: null,
        target: record.id,
        actor,
        action: 'api_token.create',
        detail,
      } as const
      await audit.recorded(subject, () => apiTokens.create({ record, secretHash: hashSecret(secret) }))
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
