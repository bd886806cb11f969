/**
 * Groups of tools as connectors use them. A connector keeps a copy of each group that its `tags` name, so that a call
 * needs no second read; a change of a group is carried into every copy. Nothing is missed, whatever happens at once:
 * a connector first notes that it uses the group, then is written, then looks whether the group has changed; a change
 * is first written, then looks who has noted a use. One of the two sees the other.
 */
import type { StoredConnector } from '../connectors/connector.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { effectiveTags, type StoredToolGroup, type ToolGroupCopies } from '../connectors/tool-group.ts'
import type { ToolGroupStore } from '../connectors/tool-group-store.ts'
import { AppError } from '../shared/errors.ts'
import type { ToolFilter } from './tool-filter-errors.ts'

export interface ConnectorGroups {
  /** The catalog's filter and, with it, the account's groups that these tags name; all of them when a name is unknown. */
  filterFor(accountId: string, tags: readonly string[]): Promise<ToolFilter & { copies: ToolGroupCopies }>
  /** Copies of the groups that `tags` name, their use noted. To be called before the connector is written. */
  use(
    accountId: string,
    connectorId: string,
    tags: readonly string[],
    known: ToolGroupCopies,
  ): Promise<ToolGroupCopies>
  /** To be called after the connector was written: the connector with copies that are true now. */
  settle(written: StoredConnector): Promise<StoredConnector>
  /** Connectors of the account that name the group and are not revoked. */
  users(accountId: string, name: string): Promise<StoredConnector[]>
  /** Carries a group's new definition into every connector that uses it. */
  carry(group: StoredToolGroup): Promise<void>
}

/** A connector that somebody changes at the same time is read anew; this many times in a row do not happen. */
const ATTEMPTS = 8
const LISTED_GROUPS = 100

export function createConnectorGroups({
  groups,
  connectors,
  filter,
}: {
  groups: ToolGroupStore
  connectors: ConnectorStore
  filter: ToolFilter
}): ConnectorGroups {
  async function find(accountId: string, names: readonly string[]): Promise<ToolGroupCopies> {
    const found = await Promise.all(names.map(name => groups.find(accountId, name)))
    return Object.fromEntries(found.flatMap(group => (group === undefined ? [] : [copyOf(group)])))
  }

  const beyondCatalog = (tags: readonly string[]) => [
    ...new Set(tags.filter(tag => !filter.tags.includes(tag))),
  ]

  async function connectorOf(accountId: string, id: string): Promise<StoredConnector | undefined> {
    try {
      return await connectors.get(accountId, id)
    } catch (error) {
      // Noted, and then never written.
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    }
  }

  /** Writes `next(connector)` on top of whatever the connector is by then, until it holds; undefined: nothing to write. */
  async function rewrite(
    accountId: string,
    id: string,
    next: (connector: StoredConnector) => ToolGroupCopies | undefined,
  ): Promise<StoredConnector | undefined> {
    for (let attempt = 1; ; attempt++) {
      const connector = await connectorOf(accountId, id)
      const copies = connector === undefined ? undefined : next(connector)
      if (connector === undefined || copies === undefined) return connector
      try {
        return await connectors.update(connector, { ...connector, toolGroups: copies })
      } catch (error) {
        const lostRace = error instanceof AppError && error.code === 'conflict'
        if (!lostRace || attempt === ATTEMPTS) throw error
      }
    }
  }

  return {
    async filterFor(accountId, tags) {
      const named = beyondCatalog(tags)
      const copies = await find(accountId, named)
      const isComplete = named.every(name => Object.hasOwn(copies, name))
      const listed = isComplete ? [] : (await groups.list(accountId, { limit: LISTED_GROUPS })).groups
      const names = [...new Set([...Object.keys(copies), ...listed.map(({ name }) => name)])]
      return {
        toolNames: filter.toolNames,
        tags: [...filter.tags, ...names],
        allowedTools: ({ methods, tags }) =>
          filter.allowedTools({ methods, tags: effectiveTags(tags, copies) }),
        copies,
      }
    },

    async use(accountId, connectorId, tags, known) {
      const names = beyondCatalog(tags).filter(name => Object.hasOwn(known, name))
      await Promise.all(names.map(name => groups.noteUse(accountId, name, connectorId)))
      return Object.fromEntries(
        names.flatMap(name => (known[name] === undefined ? [] : [[name, known[name]]])),
      )
    },

    async settle(written) {
      const { account_id: accountId, id } = written.record
      const names = Object.keys(written.toolGroups ?? {})
      if (names.length === 0) return written
      const now = await find(accountId, names)
      const settled = await rewrite(accountId, id, connector => newer(connector, now))
      return settled ?? written
    },

    async users(accountId, name) {
      const ids = await groups.users(accountId, name)
      const found = await Promise.all(ids.map(id => connectorOf(accountId, id)))
      return found.filter(
        connector => connector !== undefined && connector.record.revoked_at === null && uses(connector, name),
      ) as StoredConnector[] // the filter has taken the undefined ones out
    },

    async carry(group) {
      const { account_id: accountId, name } = group.record
      const copy = Object.fromEntries([copyOf(group)])
      for (const id of await groups.users(accountId, name)) {
        await rewrite(accountId, id, connector => newer(connector, copy))
      }
    },
  }
}

function uses(connector: StoredConnector, name: string): boolean {
  return Object.hasOwn(connector.toolGroups ?? {}, name)
}

/** The connector's copies with those of `candidates` in them that it uses and that are newer; undefined when none is. */
function newer(connector: StoredConnector, candidates: ToolGroupCopies): ToolGroupCopies | undefined {
  const held = connector.toolGroups ?? {}
  const fresh = Object.entries(candidates).filter(
    ([name, { version }]) => Object.hasOwn(held, name) && version > (held[name]?.version ?? 0),
  )
  return fresh.length === 0 ? undefined : { ...held, ...Object.fromEntries(fresh) }
}

function copyOf({ record, version }: StoredToolGroup): [string, ToolGroupCopies[string]] {
  return [record.name, { tools: record.tools, tags: record.tags, version }]
}
