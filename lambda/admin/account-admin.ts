/** Account operations of the admin API. Keys are stored and never returned. */
import { z } from 'zod'
import { type AccountRecord, isAccountId } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import { formatSecret } from '../accounts/credentials.ts'
import type { Secrets } from '../aws/secrets.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { describeUnusableCharacter } from '../gumloop/credentials.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { RECORD_NAME_RULE } from '../shared/record-name.ts'
import type { Audit } from './audit.ts'
import type { ConnectorAdmin } from './connector-admin.ts'
import { type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { invalidInput, parseInput } from './parse-input.ts'

/** Where keys are stored: the secrets, and the prefix of their names (with its trailing slash). */
export interface AccountSecrets {
  secrets: Pick<Secrets, 'put' | 'remove'>
  prefix: string
}

export interface AccountAdmin {
  /** Creates the account, or replaces its credentials. The old ones remain in use for at most five minutes. */
  put(id: string, body: unknown, actor: string): Promise<AccountRecord>
  list(query: unknown): Promise<ListAnswer<AccountRecord>>
  show(id: string): Promise<AccountRecord>
  /**
   * Removes the account and its key. Throws `conflict` while connectors are not revoked, unless the query asks to
   * revoke them.
   */
  remove(id: string, query: unknown, actor: string): Promise<AccountRecord>
}

export interface AccountAdminDeps {
  accounts: AccountStore
  connectors: Pick<ConnectorStore, 'list'>
  connectorAdmin: Pick<ConnectorAdmin, 'revoke'>
  audit: Audit
  now: Clock
  /** Absent on a local server, whose only account is configured from the environment. */
  accountSecrets?: AccountSecrets
}

const KEY_LIMIT_CHARACTERS = 4_096
const ID_LIMIT_CHARACTERS = 200
/** Visible ASCII, since Gumloop takes it in a header. */
const printable = (limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit, { abort: true })
    .refine(text => describeUnusableCharacter(text) === undefined, {
      error: ({ input }) =>
        `must contain only visible ASCII characters; ${describeUnusableCharacter(String(input))} is not`,
    })

const credentialsInput = z.strictObject({
  api_key: printable(KEY_LIMIT_CHARACTERS),
  user_id: printable(ID_LIMIT_CHARACTERS).optional(),
  team_id: printable(ID_LIMIT_CHARACTERS).optional(),
})
const removalQuery = z.strictObject({ revoke_connectors: z.enum(['true', 'false']).default('false') })

export function createAccountAdmin(deps: AccountAdminDeps): AccountAdmin {
  const { accounts, audit, now } = deps

  function requireSecrets(): AccountSecrets {
    if (deps.accountSecrets !== undefined) return deps.accountSecrets
    throw new AppError(
      'forbidden',
      'This server stores no keys: its only account is configured from its environment.',
      {
        nextStep: 'Set GUMLOOP_API_KEY and GUMLOOP_USER_ID, then restart the server.',
      },
    )
  }

  /** Ids of the account's connectors that are not revoked, expired and disabled ones included. */
  async function liveConnectors(accountId: string): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await deps.connectors.list(accountId, {
        limit: 100,
        ...(cursor == null ? {} : { cursor }),
      })
      ids.push(...page.connectors.filter(({ revoked_at }) => revoked_at === null).map(({ id }) => id))
      ids.push(...page.unreadable)
      cursor = page.nextCursor
    } while (cursor !== null)
    return ids
  }

  return {
    async put(id, body, actor) {
      const { secrets, prefix } = requireSecrets()
      if (!isAccountId(id)) {
        throw invalidInput([{ path: 'account_id', message: RECORD_NAME_RULE }])
      }
      const { api_key: apiKey, user_id: userId, team_id: teamId } = parseInput(credentialsInput, body)
      const text = formatSecret({
        apiKey,
        ...(userId === undefined ? {} : { userId }),
        ...(teamId === undefined ? {} : { teamId }),
      })
      const detail = { user_id: userId ?? null, team_id: teamId ?? null }
      const subject = { account_id: id, target: id, actor, action: 'account.put', detail } as const
      return audit.recorded(subject, async () => {
        // The key is stored first, so that an account is never shown as ready without its key.
        await secrets.put(`${prefix}${id}`, text)
        return accounts.put({ id, actor, nowMs: now() })
      })
    },

    async list(query) {
      const { accounts: found, nextCursor } = await accounts.list(toPage(parseInput(listQuery, query)))
      return listAnswer(found, nextCursor)
    },

    show: id => accounts.get(id),

    async remove(id, query, actor) {
      const { secrets, prefix } = requireSecrets()
      const { revoke_connectors } = parseInput(removalQuery, query)
      const account = await accounts.get(id)
      const live = await liveConnectors(id)
      if (live.length > 0 && revoke_connectors === 'false') {
        throw new AppError(
          'conflict',
          `Account ${id} still has connectors that are not revoked: ${live.length}.`,
          {
            nextStep:
              'Revoke them first, or remove the account with revoke_connectors=true (--revoke-connectors).',
          },
        )
      }
      for (const connector of live) await deps.connectorAdmin.revoke(id, connector, actor)
      const subject = { account_id: id, target: id, actor, action: 'account.remove', detail: {} } as const
      await audit.recorded(subject, async () => {
        // The key is removed first: if the rest fails, the account is still listed and can be removed again.
        await secrets.remove(`${prefix}${id}`)
        await accounts.remove(id, now())
      })
      return account
    },
  }
}
