/** Revokes whatever a leaked token belongs to, for somebody who has found the token and nothing else. */
import { z } from 'zod'
import type { ApiTokenRecord } from '../connectors/api-token.ts'
import type { ApiTokenStore } from '../connectors/api-token-store.ts'
import type { ConnectorRecord } from '../connectors/connector.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { findTokens, hashesMatch, hashSecret, parseToken } from '../connectors/token.ts'
import { AppError } from '../shared/errors.ts'
import type { ApiTokenAdmin } from './api-token-admin.ts'
import type { ConnectorAdmin } from './connector-admin.ts'
import { parseInput } from './parse-input.ts'

/** What the token belonged to; the other one is null. */
export interface RevokedToken {
  connector: ConnectorRecord | null
  api_token: ApiTokenRecord | null
}

export interface TokenRevocation {
  /**
   * `body` is `{token}`: a token, or a text with one token in it, such as a connector's URL. Throws `invalid_arguments`
   * without quoting it, and `not_found` for a token that nothing has (any more).
   */
  revoke(body: unknown, actor: string): Promise<RevokedToken>
}

/** A URL or a line of a log; not a whole file. */
const MAX_TEXT_CHARACTERS = 4000

export function createTokenRevocation(deps: {
  connectors: Pick<ConnectorStore, 'find'>
  connectorAdmin: Pick<ConnectorAdmin, 'revoke'>
  apiTokens: Pick<ApiTokenStore, 'find'>
  apiTokenAdmin: Pick<ApiTokenAdmin, 'revoke'>
}): TokenRevocation {
  const { connectors, connectorAdmin, apiTokens, apiTokenAdmin } = deps
  return {
    async revoke(body, actor) {
      const schema = z.strictObject({ token: z.string().max(MAX_TEXT_CHARACTERS) })
      const found = new Set(findTokens(parseInput(schema, body).token))
      const [token] = found
      if (token === undefined || found.size > 1) throw notOneToken()

      const connectorToken = parseToken('gmcp', token)
      if (connectorToken !== undefined) {
        const stored = await connectors.find(connectorToken.id)
        const hashes = [stored?.secretHash, stored?.previous?.secretHash]
        if (stored === undefined || !isOneOf(hashes, connectorToken.secret)) throw unknownToken()
        const { account_id, id } = stored.record
        return { connector: await connectorAdmin.revoke(account_id, id, actor), api_token: null }
      }

      const apiToken = parseToken('gapi', token)
      if (apiToken === undefined) throw unknownToken()
      const stored = await apiTokens.find(apiToken.id)
      if (stored === undefined || !isOneOf([stored.secretHash], apiToken.secret)) throw unknownToken()
      return { connector: null, api_token: await apiTokenAdmin.revoke(stored.record.id, actor) }
    },
  }
}

/** The id alone is not secret, and must not be enough to revoke by mistake. */
function isOneOf(hashes: (string | undefined)[], secret: string): boolean {
  const hash = hashSecret(secret)
  return hashes.some(stored => stored !== undefined && hashesMatch(hash, stored))
}

function notOneToken(): AppError {
  const message = 'must hold one whole token: gmcp_… or gapi_…'
  return new AppError(
    'invalid_arguments',
    'Expected a token, or a text such as a URL with one token in it.',
    {
      errors: [{ path: 'token', message }],
    },
  )
}

function unknownToken(): AppError {
  return new AppError('not_found', 'Nothing has this token: it was rotated, or is not of this deployment.', {
    nextStep: 'Nothing can be reached with it here. Check that you asked the right deployment.',
  })
}
