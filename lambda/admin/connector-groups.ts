/**
 * Tool groups as connectors use them. A connector stores a copy of each group that its `tags` name, so that a call
 * needs no second read; a change of a group is copied to every connector that uses it. No concurrent change is lost: a
 * connector first registers that it uses the group, is then written, and then checks whether the group has changed; a
 * change of a group is first written, and then reads who uses it. One of the two sees the other.
 */
import type { StoredConnector } from '../connectors/connector.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { effectiveTags, type StoredToolGroup, type ToolGroupCopies } from '../connectors/tool-group.ts'
import type { ToolGroupStore } from '../connectors/tool-group-store.ts'
import { AppError } from '../shared/errors.ts'
import type { ToolFilter } from './tool-filter-errors.ts'

export interface ConnectorGroups {
  /** The catalog's filter with the account's groups that these tags name, or with all groups when a name is unknown. */
  filterFor(accountId: string, tags: readonly string[]): Promise<ToolFilter & { copies: ToolGroupCopies }>
  /**
   * Registers the use of the groups that `tags` name, and returns copies of them. Call it before writing the connector.
   */
  use(
    accountId: string,
    connectorId: string,
    tags: readonly string[],
    known: ToolGroupCopies,
  ): Promise<ToolGroupCopies>
  /** The connector with current copies. Call it after writing the connector. */
  settle(written: StoredConnector): Promise<StoredConnector>
  /** Connectors of the account that use the group and are not revoked. */
  users(accountId: string, name: string): Promise<StoredConnector[]>
  /** Copies a group's new definition to every connector that uses it. */
  propagate(group: StoredToolGroup): Promise<void>
}

/** A connector that is changed concurrently is read again; this many conflicts in a row do not happen. */
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
      // Its use was registered, but it was never written.
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    }
  }

  /**
   * Writes `next(connector)` based on the connector's current version, retrying conflicts; undefined: nothing to write.
   */
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
        catalogVersion: filter.catalogVersion,
        allowedTools: config => filter.allowedTools({ ...config, tags: effectiveTags(config.tags, copies) }),
        copies,
      }
    },

    async use(accountId, connectorId, tags, known) {
      const names = beyondCatalog(tags).filter(name => Object.hasOwn(known, name))
      await Promise.all(names.map(name => groups.registerUse(accountId, name, connectorId)))
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
      ) as StoredConnector[] // the filter has removed the undefined ones
    },

    async propagate(group) {
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

/**
 * The connector's copies, updated with the newer ones in `candidates` of groups that it uses; undefined when none is
 * newer.
 */
function newer(connector: StoredConnector, candidates: ToolGroupCopies): ToolGroupCopies | undefined {
  const held = connector.toolGroups ?? {}
  const fresh = Object.entries(candidates).filter(
    ([name, { version }]) => Object.hasOwn(held, name) && version > (held[name]?.version ?? 0),
  )
  return fresh.length === 0 ? undefined : { ...held, ...Object.fromEntries(fresh) }
}

function copyOf({ record, version }: StoredToolGroup): [string, ToolGroupCopies[string]] {
  const { tools, tags, catalog_version = 1 } = record
  return [record.name, { tools, tags, catalog_version, version }]
}
