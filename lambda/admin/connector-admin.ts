/** Connector operations of the admin API: create, list, show, update, rotate, revoke. */

import { isAccountId } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import type { Value } from '../aws/attribute-value.ts'
import { concurrentChange } from '../connectors/concurrent-change.ts'
import { type ConnectorRecord, connectorStatus, type StoredConnector } from '../connectors/connector.ts'
import { isUnreadable } from '../connectors/connector-item.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { formatToken, hashSecret, mintId, mintSecret } from '../connectors/token.ts'
import type { ToolGroupCopies } from '../connectors/tool-group.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { Audit } from './audit.ts'
import type { ConnectorGroups } from './connector-groups.ts'
import {
  mergeConfig,
  parseConnectorChange,
  parseConnectorCreation,
  parseRefresh,
  parseRotation,
  tagsNamedIn,
} from './connector-input.ts'
import { type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { parseInput } from './parse-input.ts'

/** A record together with what is returned only once: the token, and the URL that contains it. */
export type ConnectorWithToken = ConnectorRecord & { token: string; url: string }

/** Which tools a connector gains with the newest catalog. */
export interface ConnectorRefresh {
  /** As it is after the refresh, or as it is now for a preview. */
  connector: ConnectorRecord
  /** Names of the tools that it did not offer before. */
  added_tools: string[]
  /** True: nothing was changed. */
  preview: boolean
}

export interface ConnectorAdmin {
  create(accountId: string, body: unknown, actor: string): Promise<ConnectorWithToken>
  list(accountId: string, query: unknown): Promise<ListAnswer<ConnectorRecord> & { unreadable?: string[] }>
  show(accountId: string, id: string): Promise<{ record: ConnectorRecord; version: number }>
  /**
   * `version`: the version that the change is based on, if the caller states it. Throws `conflict` when it has changed
   * since.
   */
  update(
    accountId: string,
    id: string,
    body: unknown,
    actor: string,
    version?: number,
  ): Promise<{ record: ConnectorRecord; version: number }>
  rotate(accountId: string, id: string, body: unknown, actor: string): Promise<ConnectorWithToken>
  /** Offers the tools that the catalog has gained since the connector was made; with `preview`, only says which. */
  refresh(accountId: string, id: string, body: unknown, actor: string): Promise<ConnectorRefresh>
  /** Revoking a revoked connector changes nothing and is not an error. */
  revoke(accountId: string, id: string, actor: string): Promise<ConnectorRecord>
}

export interface ConnectorAdminDeps {
  connectors: ConnectorStore
  accounts: Pick<AccountStore, 'get'>
  audit: Audit
  connectorGroups: Pick<ConnectorGroups, 'filterFor' | 'use' | 'settle'>
  /** Prefix of connector URLs, without a trailing slash. */
  connectorBaseUrl: string
  now: Clock
}

/** Revoking must win against concurrent changes; this many conflicts in a row do not happen. */
const REVOKE_ATTEMPTS = 5

export function createConnectorAdmin(deps: ConnectorAdminDeps): ConnectorAdmin {
  const { connectors, connectorGroups, audit, now } = deps

  function withToken(record: ConnectorRecord, secret: string): ConnectorWithToken {
    const token = formatToken('gmcp', { id: record.id, secret })
    return { ...record, token, url: `${deps.connectorBaseUrl}/mcp/${token}` }
  }

  async function changed(
    stored: StoredConnector,
    next: Partial<ConnectorRecord>,
    {
      secretHash = stored.secretHash,
      previous = stored.previous,
      toolGroups = stored.toolGroups,
    }: {
      secretHash?: string
      previous?: StoredConnector['previous'] | null
      toolGroups?: ToolGroupCopies
    } = {},
  ): Promise<StoredConnector> {
    return connectors.update(stored, {
      record: { ...stored.record, ...next, updated_at: toTimestamp(now()) },
      secretHash,
      version: stored.version,
      ...(previous == null ? {} : { previous }),
      ...(toolGroups === undefined ? {} : { toolGroups }),
    })
  }

  return {
    async create(accountId, body, actor) {
      const filter = await connectorGroups.filterFor(accountId, tagsNamedIn(body))
      const creation = parseConnectorCreation(body, filter, now())
      await deps.accounts.get(accountId)
      const nowText = toTimestamp(now())
      const record: ConnectorRecord = {
        id: mintId(),
        account_id: accountId,
        ...creation,
        disabled: false,
        created_by: actor,
        created_at: nowText,
        updated_at: nowText,
        last_used_at: null,
        last_used_from: null,
        revoked_at: null,
      }
      const secret = mintSecret()
      const subject = {
        ...subjectOf(record, actor),
        action: 'connector.create',
        detail: detailOf(creation),
      } as const
      await audit.recorded(subject, async () => {
        const { tags } = creation.config
        const toolGroups = await connectorGroups.use(accountId, record.id, tags, filter.copies)
        const stored = { record, secretHash: hashSecret(secret), version: 1, toolGroups }
        await connectors.create(stored)
        await connectorGroups.settle(stored)
      })
      return withToken(record, secret)
    },

    async list(accountId, query) {
      const page = toPage(parseInput(listQuery, query))
      if (!isAccountId(accountId)) await deps.accounts.get(accountId)
      const { connectors: found, unreadable, nextCursor } = await connectors.list(accountId, page)
      // An empty list of an account that does not exist is an error. A removed account still lists its connectors.
      if (found.length + unreadable.length === 0 && page.cursor === undefined)
        await deps.accounts.get(accountId)
      return { ...listAnswer(found, nextCursor), ...(unreadable.length > 0 && { unreadable }) }
    },

    show: (accountId, id) => connectors.get(accountId, id),

    async update(accountId, id, body, actor, version) {
      const stored = await connectors.get(accountId, id)
      const tags = [...tagsNamedIn(body), ...stored.record.config.tags]
      const filter = await connectorGroups.filterFor(accountId, tags)
      const change = parseConnectorChange(body, filter, now())
      requireNotRevoked(stored.record)
      if (version !== undefined && version !== stored.version) {
        throw concurrentChange('connector')
      }
      const { record: before } = stored
      const next = {
        name: change.name ?? before.name,
        config: mergeConfig(before.config, change.config, filter),
        expires_at: change.expires_at === undefined ? before.expires_at : change.expires_at,
        disabled: change.disabled ?? before.disabled,
      }
      const subject = {
        ...subjectOf(stored.record, actor),
        action: 'connector.update',
        detail: detailOf(change),
      } as const
      return audit.recorded(subject, async () => {
        if (change.config === undefined) return changed(stored, next)
        const { tags } = next.config
        const toolGroups = await connectorGroups.use(accountId, id, tags, filter.copies)
        return connectorGroups.settle(await changed(stored, next, { toolGroups }))
      })
    },

    async rotate(accountId, id, body, actor) {
      const { grace_seconds } = parseRotation(body)
      const stored = await connectors.get(accountId, id)
      requireNotRevoked(stored.record)
      const secret = mintSecret()
      const validUntilMs = now() + grace_seconds * 1000
      const secrets = {
        secretHash: hashSecret(secret),
        previous: grace_seconds === 0 ? null : { secretHash: stored.secretHash, validUntilMs },
      }
      const subject = {
        ...subjectOf(stored.record, actor),
        action: 'connector.rotate',
        detail: { grace_seconds },
      } as const
      const { record } = await audit.recorded(subject, () => changed(stored, {}, secrets))
      return withToken(record, secret)
    },

    async refresh(accountId, id, body, actor) {
      const { preview } = parseRefresh(body)
      const stored = await connectors.get(accountId, id)
      requireNotRevoked(stored.record)
      const { config } = stored.record
      const filter = await connectorGroups.filterFor(accountId, config.tags)
      const next = { ...config, catalog_version: filter.catalogVersion }
      const before = new Set(filter.allowedTools(config))
      const added_tools = filter.allowedTools(next).filter(name => !before.has(name))
      const { catalog_version: from = 1 } = config
      if (preview || from >= filter.catalogVersion) return { connector: stored.record, added_tools, preview }
      const subject = {
        ...subjectOf(stored.record, actor),
        action: 'connector.refresh',
        detail: { from, to: filter.catalogVersion, added_tools },
      } as const
      const { record } = await audit.recorded(subject, () => changed(stored, { config: next }))
      return { connector: record, added_tools, preview }
    },

    async revoke(accountId, id, actor) {
      const first = await connectors.get(accountId, id).catch(error => {
        if (isUnreadable(error)) return undefined
        throw error
      })
      if (first === undefined) return revokeUnreadable(accountId, id, actor)
      if (first.record.revoked_at !== null) return first.record
      const subject = { ...subjectOf(first.record, actor), action: 'connector.revoke', detail: {} } as const
      const { record } = await audit.recorded(subject, async () => {
        for (let attempt = 1; ; attempt++) {
          const stored = attempt === 1 ? first : await connectors.get(accountId, id)
          if (stored.record.revoked_at !== null) return stored
          try {
            return await changed(stored, { revoked_at: toTimestamp(now()) })
          } catch (error) {
            const lostRace = error instanceof AppError && error.code === 'conflict'
            if (!lostRace || attempt === REVOKE_ATTEMPTS) throw error
          }
        }
      })
      return record
    },
  }

  /** Nothing is known of it but its key. */
  async function revokeUnreadable(accountId: string, id: string, actor: string): Promise<ConnectorRecord> {
    const revoked_at = toTimestamp(now())
    const record: ConnectorRecord = {
      id,
      name: '(unreadable)',
      account_id: accountId,
      config: { methods: [], tags: [], tool_exposure: 'discovery', require_api_token_auth: true },
      disabled: true,
      created_by: 'unknown',
      created_at: revoked_at,
      updated_at: revoked_at,
      expires_at: null,
      last_used_at: null,
      last_used_from: null,
      revoked_at,
    }
    const subject = { ...subjectOf(record, actor), action: 'connector.revoke', detail: {} } as const
    await audit.recorded(subject, () => connectors.revokeUnreadable(accountId, id, revoked_at))
    return record
  }

  function requireNotRevoked(record: ConnectorRecord): void {
    if (connectorStatus(record, now()) !== 'revoked') return
    throw new AppError('conflict', 'This connector has been revoked, which is permanent.', {
      nextStep: 'Create a new connector.',
    })
  }
}

function subjectOf({ account_id, id }: ConnectorRecord, actor: string) {
  return { account_id, target: id, actor }
}

/** What was requested, for the audit trail. The input of a connector contains no secret. */
function detailOf(input: object): Record<string, Value> {
  // The round trip through JSON drops undefined fields and leaves plain values.
  return JSON.parse(JSON.stringify(input))
}
