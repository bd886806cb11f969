/** Tool group operations of the admin API: put, list, show, remove. */
import { z } from 'zod'
import type { AccountStore } from '../accounts/account-store.ts'
import { concurrentChange } from '../connectors/concurrent-change.ts'
import {
  effectiveTags,
  isToolGroupName,
  type StoredToolGroup,
  type ToolGroupDefinition,
  type ToolGroupRecord,
} from '../connectors/tool-group.ts'
import type { ToolGroupStore } from '../connectors/tool-group-store.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { RECORD_NAME_RULE } from '../shared/record-name.ts'
import { deletableAtSeconds } from '../shared/retention.ts'
import type { Audit } from './audit.ts'
import type { ConnectorGroups } from './connector-groups.ts'
import { catalogVersion, TAGS_LIMIT } from './connector-input.ts'
import { type ListAnswer, listAnswer, listQuery, toPage, wordList } from './input-fields.ts'
import { invalidInput, parseInput } from './parse-input.ts'
import { METHOD_GROUPS, type ToolFilter, tagError, toolError } from './tool-filter-errors.ts'

export interface ToolGroupAdmin {
  /**
   * Creates the group or changes it, together with every connector that uses it. `version`: the version that the change
   * is based on, if the caller states it. Throws `conflict` when it has changed since, and when a connector would be
   * left without any tool.
   */
  put(
    accountId: string,
    name: string,
    body: unknown,
    actor: string,
    version?: number,
  ): Promise<StoredToolGroup>
  list(accountId: string, query: unknown): Promise<ListAnswer<ToolGroupRecord>>
  show(accountId: string, name: string): Promise<StoredToolGroup>
  /** Throws `conflict` while a connector that is not revoked uses the group. */
  remove(accountId: string, name: string, actor: string): Promise<ToolGroupRecord>
}

export interface ToolGroupAdminDeps {
  groups: ToolGroupStore
  connectorGroups: Pick<ConnectorGroups, 'users' | 'propagate'>
  accounts: Pick<AccountStore, 'get'>
  audit: Audit
  filter: ToolFilter
  now: Clock
}

const TOOLS_LIMIT = 200
const NAMED_CONNECTORS = 5

export function createToolGroupAdmin(deps: ToolGroupAdminDeps): ToolGroupAdmin {
  const { groups, connectorGroups, audit, filter, now } = deps

  async function get(accountId: string, name: string): Promise<StoredToolGroup> {
    const found = await groups.find(accountId, name)
    if (found !== undefined) return found
    throw new AppError('not_found', `Account ${accountId} has no tool group ${name}.`)
  }

  /** Connectors that the new definition would leave without a tool. */
  async function findStranded(accountId: string, name: string, next: ToolGroupDefinition) {
    const connectors = await connectorGroups.users(accountId, name)
    return connectors.filter(({ record, toolGroups = {} }) => {
      const tags = effectiveTags(record.config.tags, { ...toolGroups, [name]: next })
      return filter.allowedTools({ ...record.config, tags }).length === 0
    })
  }

  return {
    async put(accountId, name, body, actor, version) {
      requireFreeName(name, filter)
      const input = parseInput(definitionInput(filter), body)
      await deps.accounts.get(accountId)
      const before = await groups.find(accountId, name)
      // A change of an old group does not add the tools that came since, unless the caller says so.
      const stored = before === undefined ? filter.catalogVersion : (before.record.catalog_version ?? 1)
      const definition = { ...input, catalog_version: input.catalog_version ?? stored }
      if (version !== undefined && version !== (before?.version ?? 0)) {
        throw concurrentChange('tool group')
      }
      const stranded = before === undefined ? [] : await findStranded(accountId, name, definition)
      if (stranded.length > 0) throw leftWithout(stranded.map(({ record }) => record.id))
      const nowText = toTimestamp(now())
      const record: ToolGroupRecord = {
        account_id: accountId,
        name,
        ...definition,
        created_by: before?.record.created_by ?? actor,
        created_at: before?.record.created_at ?? nowText,
        updated_at: nowText,
      }
      const subject = {
        account_id: accountId,
        target: name,
        actor,
        action: 'tool_group.put',
        detail: { ...definition },
      } as const
      return audit.recorded(subject, async () => {
        const written = await groups.put(record, before)
        await connectorGroups.propagate(written)
        return written
      })
    },

    async list(accountId, query) {
      const page = toPage(parseInput(listQuery, query))
      await deps.accounts.get(accountId)
      const { groups: found, nextCursor } = await groups.list(accountId, page)
      return listAnswer(found, nextCursor)
    },

    show: get,

    async remove(accountId, name, actor) {
      const group = await get(accountId, name)
      const users = await connectorGroups.users(accountId, name)
      if (users.length > 0) {
        const ids = some(users.map(({ record }) => record.id))
        throw new AppError('conflict', `Tool group ${name} is used by connectors: ${ids}.`, {
          nextStep: 'Change the tags of these connectors, or revoke them, first.',
        })
      }
      const subject = {
        account_id: accountId,
        target: name,
        actor,
        action: 'tool_group.remove',
        detail: {},
      } as const
      await audit.recorded(subject, () => groups.remove(group, toTimestamp(now()), deletableAtSeconds(now())))
      return group.record
    },
  }
}

function definitionInput(filter: ToolFilter) {
  return z
    .strictObject({
      tools: wordList(TOOLS_LIMIT, tool => toolError(tool, filter)).default([]),
      tags: wordList(TAGS_LIMIT, tag => tagError(tag, filter)).default([]),
      catalog_version: catalogVersion(filter).optional(),
    })
    .refine(({ tools, tags }) => tools.length + tags.length > 0, {
      error: 'must have at least one tool or tag',
    })
}

/** Groups and the catalog's tags share one namespace, so a group may not take a name of the catalog. */
function requireFreeName(name: string, { tags }: ToolFilter): void {
  const isTaken = tags.includes(name) || METHOD_GROUPS.includes(name) || name === 'all'
  if (isToolGroupName(name) && !isTaken) return
  const message = isTaken ? 'is already used by the catalog; choose another name' : RECORD_NAME_RULE
  throw invalidInput([{ path: 'name', message }])
}

function leftWithout(ids: string[]): AppError {
  return new AppError('conflict', `This change would leave connectors without any tool: ${some(ids)}.`, {
    nextStep: 'Keep at least one tool that they may use, or change or revoke them first.',
  })
}

function some(ids: string[]): string {
  const named = ids.slice(0, NAMED_CONNECTORS).join(', ')
  const more = ids.length - NAMED_CONNECTORS
  return `${named}${more > 0 ? ` and ${more} more` : ''}`
}
