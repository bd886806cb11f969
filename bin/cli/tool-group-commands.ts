/** `gumloop-mcp account group …` */

import type { CatalogView } from '../../lambda/admin/catalog-view.ts'
import type { ToolGroupRecord } from '../../lambda/connectors/tool-group.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import type { Command, Context, Option } from './command.ts'
import { parseList } from './parse-list.ts'
import { renderTable } from './terminal.ts'
import { ACCOUNT_OPTION, accountId } from './which-account.ts'

const CONTENT_OPTIONS: Record<string, Option> = {
  tools: { type: 'string', value: 'LIST', about: 'comma-separated tool names' },
  tags: {
    type: 'string',
    value: 'LIST',
    about: 'comma-separated tags of the catalog, for all tools with one of them',
  },
}

const put: Command = {
  words: ['account', 'group', 'put'],
  about: 'create a tool group, or change it together with every connector that uses it',
  argument: 'NAME',
  options: {
    account: ACCOUNT_OPTION,
    ...CONTENT_OPTIONS,
    refresh: {
      type: 'boolean',
      about: 'let the tags also mean the tools that were added since the group was made',
    },
  },
  examples: [
    'account group put reporting --tags artifacts --tools get_single_gumloop_flow_run_by_id',
    'account group put reporting --account acme --tags artifacts,flows',
  ],
  async run(context) {
    const { args, api, terminal } = context
    const catalog: CatalogView | undefined =
      args.flag('refresh') === true ? await api.request('GET', '/catalog') : undefined
    const body = {
      tools: parseList(args.text('tools')),
      tags: parseList(args.text('tags')),
      catalog_version: catalog?.version,
    }
    const group: ToolGroupRecord = await api.request('PUT', await groupPath(context), body)
    if (terminal.wantsJson) return terminal.json(group)
    terminal.line(
      `${terminal.paint('green', 'Stored')} tool group ${group.name} of account ${group.account_id}. Use it as a tag: --tags ${group.name}`,
    )
  },
}

const list: Command = {
  words: ['account', 'group', 'list'],
  about: 'list the tool groups of an account',
  options: { account: ACCOUNT_OPTION },
  examples: ['account group list --account acme'],
  async run(context) {
    const { api, terminal, nowMs } = context
    const groups = await api.list<ToolGroupRecord>(await groupsPath(context))
    if (terminal.wantsJson)
      return terminal.json({ result: groups, next_cursor: null, result_count: groups.length })
    if (groups.length === 0) {
      return terminal.line('No tool groups yet. Create one: gumloop-mcp account group put NAME --tags LIST')
    }
    const rows = groups.map(({ name, tags, tools, updated_at }) => [
      name,
      tags.join(', ') || '-',
      tools.join(', ') || '-',
      relativeTime(updated_at, nowMs),
    ])
    for (const line of renderTable(['GROUP', 'TAGS', 'TOOLS', 'CHANGED'], rows, terminal.paint)) {
      terminal.line(line)
    }
  },
}

const remove: Command = {
  words: ['account', 'group', 'remove'],
  about: 'remove a tool group that no connector uses',
  argument: 'NAME',
  options: { account: ACCOUNT_OPTION },
  examples: ['account group remove reporting'],
  async run(context) {
    const { api, terminal } = context
    const group: ToolGroupRecord = await api.request('DELETE', await groupPath(context))
    if (terminal.wantsJson) return terminal.json(group)
    terminal.line(
      `${terminal.paint('green', 'Removed')} tool group ${group.name} of account ${group.account_id}.`,
    )
  },
}

export const TOOL_GROUP_COMMANDS: Command[] = [put, list, remove]

async function groupsPath(context: Context): Promise<string> {
  return `/accounts/${encodeURIComponent(await accountId(context))}/tool-groups`
}

async function groupPath(context: Context): Promise<string> {
  return `${await groupsPath(context)}/${encodeURIComponent(context.args.id)}`
}
