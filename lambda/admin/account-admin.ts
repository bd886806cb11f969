/** What an administrator does with accounts. Keys go in and never come out again. */
import { z } from 'zod'
import { type AccountRecord, isAccountId } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import { formatSecret } from '../accounts/credentials.ts'
import type { Secrets } from '../aws/secrets.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { Audit } from './audit.ts'
import type { ConnectorAdmin } from './connector-admin.ts'
import { type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { invalidInput, parseInput } from './parse-input.ts'

/** Where keys are put: the secrets, and what their names start with (with its trailing slash). */
export interface AccountSecrets {
  secrets: Pick<Secrets, 'put' | 'remove'>
  prefix: string
}

export interface AccountAdmin {
  /** Makes the account, or gives it new credentials. The old ones are used for at most five minutes more. */
  put(id: string, body: unknown, actor: string): Promise<AccountRecord>
  list(query: unknown): Promise<ListAnswer<AccountRecord>>
  show(id: string): Promise<AccountRecord>
  /** Removes the account and its key. With connectors still in use it is a `conflict`, unless they are to be revoked. */
  remove(id: string, query: unknown, actor: string): Promise<AccountRecord>
}

export interface AccountAdminDeps {
  accounts: AccountStore
  connectors: Pick<ConnectorStore, 'list'>
  connectorAdmin: Pick<ConnectorAdmin, 'revoke'>
  audit: Audit
  now: Clock
  /** Absent on a local server, whose one account comes from the environment. */
  accountSecrets?: AccountSecrets
}

const KEY_LIMIT_CHARACTERS = 4_096
const ID_LIMIT_CHARACTERS = 200
/** Visible ASCII: what can stand in a header. */
const printable = (limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .regex(/^[\x21-\x7e]*$/, { error: 'must hold no spaces and no special characters' })

const credentialsInput = z.strictObject({
  api_key: printable(KEY_LIMIT_CHARACTERS),
  user_id: printable(ID_LIMIT_CHARACTERS).optional(),
  team_id: printable(ID_LIMIT_CHARACTERS).optional(),
})
const removalQuery = z.strictObject({ revoke_connectors: z.enum(['true', 'false']).default('false') })

export function createAccountAdmin(deps: AccountAdminDeps): AccountAdmin {
  const { accounts, audit, now } = deps

  function secretsOrRefuse(): AccountSecrets {
    if (deps.accountSecrets !== undefined) return deps.accountSecrets
    throw new AppError(
      'forbidden',
      'This server keeps no keys: its one account comes from its environment.',
      {
        nextStep: 'Set GUMLOOP_API_KEY and GUMLOOP_USER_ID, and start it again.',
      },
    )
  }

  /** Ids of the account's connectors that are not revoked. */
  async function liveConnectors(accountId: string): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await deps.connectors.list(accountId, {
        limit: 100,
        ...(cursor == null ? {} : { cursor }),
      })
      ids.push(...page.connectors.filter(({ revoked_at }) => revoked_at === null).map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    return ids
  }

  return {
    async put(id, body, actor) {
      const { secrets, prefix } = secretsOrRefuse()
      if (!isAccountId(id)) {
        const message = 'must be 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit'
        throw invalidInput([{ path: 'account_id', message }])
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
        // The key first: an account is never shown as ready before its key is there.
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
      const { secrets, prefix } = secretsOrRefuse()
      const { revoke_connectors } = parseInput(removalQuery, query)
      const account = await accounts.get(id)
      const live = await liveConnectors(id)
      if (live.length > 0 && revoke_connectors === 'false') {
        throw new AppError(
          'conflict',
          `The account ${id} still has ${live.length} connector(s) that are not revoked.`,
          {
            nextStep:
              'Revoke them first, or remove the account with revoke_connectors=true (--revoke-connectors).',
          },
        )
      }
      for (const connector of live) await deps.connectorAdmin.revoke(id, connector, actor)
      const subject = { account_id: id, target: id, actor, action: 'account.remove', detail: {} } as const
      await audit.recorded(subject, async () => {
        // The key first: should the rest fail, the account is still listed and can be removed again.
        await secrets.remove(`${prefix}${id}`)
        await accounts.remove(id, now())
      })
      return account
    },
  }
}
