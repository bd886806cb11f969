/** `gumloop-mcp account group …` */
import type { ToolGroupRecord } from '../../lambda/connectors/tool-group.ts'
import type { Command, Context, Option } from './command.ts'
import { listOf } from './list-option.ts'
import { relativeTime } from './parse-time.ts'
import { renderTable } from './terminal.ts'
import { ACCOUNT_OPTION, accountId } from './which-account.ts'

const LISTED: Record<string, Option> = {
  tools: { type: 'string', value: 'LIST', about: 'names of tools, with commas' },
  tags: { type: 'string', value: 'LIST', about: 'tags of the catalog, with commas: each of their tools' },
}

const put: Command = {
  words: ['account', 'group', 'put'],
  about: 'name a group of tools, or change it and every connector that uses it',
  argument: 'NAME',
  options: { account: ACCOUNT_OPTION, ...LISTED },
  examples: [
    'account group put reporting --tags artifacts --tools get_single_gumloop_flow_run_by_id',
    'account group put reporting --account acme --tags artifacts,flows',
  ],
  async run(context) {
    const { given, api, terminal } = context
    const body = { tools: listOf(given.text('tools')), tags: listOf(given.text('tags')) }
    const group: ToolGroupRecord = await api.ask('PUT', await groupPath(context), body)
    if (terminal.wantsJson) return terminal.json(group)
    terminal.line(
      `${terminal.paint('green', 'Stored')} group ${group.name} of account ${group.account_id}. Use it as a tag: --tags ${group.name}`,
    )
  },
}

const list: Command = {
  words: ['account', 'group', 'list'],
  about: 'show the groups of tools of an account',
  options: { account: ACCOUNT_OPTION },
  examples: ['account group list --account acme'],
  async run(context) {
    const { api, terminal, nowMs } = context
    const groups = await api.askAll<ToolGroupRecord>(await groupsPath(context))
    if (terminal.wantsJson)
      return terminal.json({ result: groups, next_cursor: null, result_count: groups.length })
    if (groups.length === 0) {
      return terminal.line('No groups yet. Make one: gumloop-mcp account group put NAME --tags LIST')
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
  about: 'remove a group that no connector uses',
  argument: 'NAME',
  options: { account: ACCOUNT_OPTION },
  examples: ['account group remove reporting'],
  async run(context) {
    const { api, terminal } = context
    const group: ToolGroupRecord = await api.ask('DELETE', await groupPath(context))
    if (terminal.wantsJson) return terminal.json(group)
    terminal.line(`${terminal.paint('green', 'Removed')} group ${group.name} of account ${group.account_id}.`)
  },
}

export const TOOL_GROUP_COMMANDS: Command[] = [put, list, remove]

async function groupsPath(context: Context): Promise<string> {
  return `/accounts/${encodeURIComponent(await accountId(context))}/tool-groups`
}

async function groupPath(context: Context): Promise<string> {
  return `${await groupsPath(context)}/${encodeURIComponent(context.given.id)}`
}
