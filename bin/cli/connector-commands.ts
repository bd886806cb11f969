/** `gumloop-mcp connector …` */

import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import { listWarning } from '../../lambda/catalog/filter-rule.ts'
import { type ConnectorRecord, MAX_RESULT_CHARACTERS } from '../../lambda/connectors/connector.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import { usageFailure } from './cli-failure.ts'
import type { Args, Command, Context, Option } from './command.ts'
import { connectorRefresh } from './connector-refresh-command.ts'
import { connectorCard, connectorTable, urlOnce } from './connector-view.ts'
import { refuseToken, revokeLeakedToken } from './leaked-token.ts'
import { listTokensOf } from './list-size.ts'
import { parseList } from './parse-list.ts'
import { parseDurationSeconds, parseExpiresAt } from './parse-time.ts'
import { ACCOUNT_OPTION, connectorsPath } from './which-account.ts'

const FILTER_OPTIONS: Record<string, Option> = {
  methods: {
    type: 'string',
    value: 'LIST',
    about: 'comma-separated: read, write, custom, or exact tool names (all: no restriction)',
  },
  tags: {
    type: 'string',
    value: 'LIST',
    about: 'comma-separated tags of the catalog and tool groups of the account (all: no restriction)',
  },
  exposure: { type: 'string', value: 'KIND', about: 'tools to list: essentials, all or discovery' },
  'expires-at': {
    type: 'string',
    value: 'WHEN',
    about: 'a date (2027-01-31), a timestamp, a duration (30d, 12h), or never',
  },
  'require-api-token': {
    type: 'boolean',
    isNegatable: true,
    about: 'require an API token beside the URL (undo: --no-require-api-token)',
  },
  'max-result-characters': {
    type: 'string',
    value: 'N',
    about: 'characters of text in one result: 8000 to 100000 (default 48000)',
  },
}

const create: Command = {
  words: ['connector', 'create'],
  about: 'create a connector and show its URL once',
  options: {
    name: { type: 'string', value: 'NAME', about: 'display name', required: true },
    account: ACCOUNT_OPTION,
    ...FILTER_OPTIONS,
  },
  examples: [
    'connector create --name "Reporting for ChatGPT" --methods read --expires-at 30d',
    'connector create --name runs --account acme --tags flows,sessions --exposure all --json',
  ],
  async run(context) {
    const { args, api, terminal, nowMs } = context
    const body = { name: args.text('name'), config: configOf(args), expires_at: expiryOf(args, nowMs) }
    const created: ConnectorWithToken = await api.request('POST', await connectorsPath(context), body)
    await warnOfLongList(created, context)
    if (terminal.wantsJson) return terminal.json(created)
    terminal.line(
      `${terminal.paint('green', 'Created')} ${created.name} (${created.id}) on account ${created.account_id}.`,
    )
    for (const line of urlOnce(created, terminal.paint)) terminal.line(line)
  },
}

const list: Command = {
  words: ['connector', 'list'],
  about: 'list the connectors of an account, newest first',
  options: { account: ACCOUNT_OPTION },
  examples: ['connector list --account acme', "connector list --json | jq -r '.result[].id'"],
  async run(context) {
    const { api, terminal, nowMs } = context
    const connectors = await api.list<ConnectorRecord>(await connectorsPath(context))
    if (terminal.wantsJson) {
      return terminal.json({ result: connectors, next_cursor: null, result_count: connectors.length })
    }
    if (connectors.length === 0) {
      return terminal.line('No connectors yet. Create one: gumloop-mcp connector create --name NAME')
    }
    for (const line of connectorTable(connectors, nowMs, terminal.paint)) terminal.line(line)
  },
}

const show: Command = {
  words: ['connector', 'show'],
  about: 'show a connector',
  argument: 'ID',
  options: { account: ACCOUNT_OPTION },
  examples: ['connector show k3v9q0c2m7x1b8zd'],
  async run(context) {
    printRecord(await context.api.request('GET', await connectorPath(context)), context)
  },
}

const update: Command = {
  words: ['connector', 'update'],
  about: 'change settings of a connector',
  argument: 'ID',
  options: {
    name: { type: 'string', value: 'NAME', about: 'display name' },
    account: ACCOUNT_OPTION,
    ...FILTER_OPTIONS,
  },
  examples: [
    'connector update k3v9q0c2m7x1b8zd --methods read,write --tags all',
    'connector update k3v9q0c2m7x1b8zd --expires-at never --no-require-api-token',
  ],
  async run(context) {
    const { args, api, nowMs } = context
    const config = configOf(args)
    const body = { name: args.text('name'), config, expires_at: expiryOf(args, nowMs) }
    if (Object.values(body).every(value => value === undefined)) {
      throw usageFailure('No change was specified.', 'See gumloop-mcp connector update --help.')
    }
    const updated: ConnectorRecord = await api.request('PATCH', await connectorPath(context), body)
    if (config !== undefined) await warnOfLongList(updated, context)
    printRecord(updated, context)
  },
}

const rotate: Command = {
  words: ['connector', 'rotate'],
  about: 'replace the URL of a connector; the old one can stay valid for a grace period',
  argument: 'ID',
  options: {
    grace: { type: 'string', value: 'TIME', about: 'how long the old URL stays valid: 0s (default) to 24h' },
    account: ACCOUNT_OPTION,
  },
  examples: ['connector rotate k3v9q0c2m7x1b8zd --grace 1h', 'connector rotate k3v9q0c2m7x1b8zd'],
  async run(context) {
    const { args, api, terminal, nowMs } = context
    const grace = args.text('grace') ?? '0s'
    const grace_seconds = parseDurationSeconds(grace)
    if (grace_seconds === undefined) throw usageFailure('Invalid --grace: use a duration (0s, 30m, 24h).')
    const rotated: ConnectorWithToken = await api.request('POST', `${await connectorPath(context)}/rotate`, {
      grace_seconds,
    })
    if (terminal.wantsJson) return terminal.json(rotated)
    terminal.line(`${terminal.paint('green', 'Rotated')} ${rotated.name} (${rotated.id}).`)
    const endsAt = relativeTime(new Date(nowMs + grace_seconds * 1000).toISOString(), nowMs)
    const oldUrl =
      grace_seconds === 0 ? 'The old URL no longer works.' : `The old URL stops working ${endsAt}.`
    for (const line of urlOnce(rotated, terminal.paint, oldUrl)) terminal.line(line)
  },
}

const revoke: Command = {
  words: ['connector', 'revoke'],
  about: 'revoke a connector immediately and permanently',
  argument: 'ID',
  options: { account: ACCOUNT_OPTION, yes: { type: 'boolean', about: 'skip the confirmation' } },
  examples: [
    'connector revoke k3v9q0c2m7x1b8zd',
    'connector revoke k3v9q0c2m7x1b8zd --yes --json',
    'connector revoke - < leaked-url.txt',
  ],
  async run(context) {
    const { args, api, terminal } = context
    if (args.id === '-') return revokeLeakedToken(context)
    const path = await connectorPath(context)
    if (terminal.isInteractive && args.flag('yes') !== true) {
      const { name }: ConnectorRecord = await api.request('GET', path)
      const isConfirmed = await terminal.confirm(
        `Revoke ${name} (${args.id})? Its URL stops working immediately, and this cannot be undone.`,
      )
      if (!isConfirmed) return terminal.note('Nothing was changed.')
    }
    printRecord(await api.request('DELETE', path), context)
  },
}

export const CONNECTOR_COMMANDS: Command[] = [
  create,
  list,
  show,
  update,
  rotate,
  toggleCommand('disable', true, 'reject calls to a connector until it is enabled again'),
  toggleCommand('enable', false, 'accept calls to a connector again'),
  connectorRefresh,
  revoke,
]

function toggleCommand(word: string, disabled: boolean, about: string): Command {
  return {
    words: ['connector', word],
    about,
    argument: 'ID',
    options: { account: ACCOUNT_OPTION },
    examples: [`connector ${word} k3v9q0c2m7x1b8zd`],
    async run(context) {
      printRecord(await context.api.request('PATCH', await connectorPath(context), { disabled }), context)
    },
  }
}

async function connectorPath(context: Context): Promise<string> {
  refuseToken(context.args.id)
  return `${await connectorsPath(context)}/${encodeURIComponent(context.args.id)}`
}

function printRecord(record: ConnectorRecord, { terminal, nowMs }: Context): void {
  if (terminal.wantsJson) terminal.json(record)
  else for (const line of connectorCard(record, nowMs, terminal.paint)) terminal.line(line)
}

/** Only a connector that lists everything can have a list that clients refuse. A failure here is none of the change. */
async function warnOfLongList(record: ConnectorRecord, { api, terminal }: Context): Promise<void> {
  if (record.config.tool_exposure !== 'all') return
  const tokens = await listTokensOf(record, api).catch(() => 0)
  const warning = listWarning(tokens)
  if (warning !== undefined) terminal.note(warning)
}

/** The part of the config that the options set; undefined when they set none. */
function configOf(args: Args) {
  const config = {
    methods: parseList(args.text('methods')),
    tags: parseList(args.text('tags')),
    tool_exposure: args.text('exposure'),
    require_api_token_auth: args.flag('require-api-token'),
    max_result_characters: resultCharactersOf(args),
  }
  return Object.values(config).every(value => value === undefined) ? undefined : config
}

function resultCharactersOf(args: Args): number | undefined {
  const text = args.text('max-result-characters')
  if (text === undefined) return undefined
  const count = /^\d[\d_,]*$/.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : Number.NaN
  if (count >= MAX_RESULT_CHARACTERS.least && count <= MAX_RESULT_CHARACTERS.most) return count
  throw usageFailure('Invalid --max-result-characters: use a whole number from 8000 to 100000.')
}

function expiryOf(args: Args, nowMs: number): string | null | undefined {
  const text = args.text('expires-at')
  return text === undefined ? undefined : parseExpiresAt(text, nowMs)
}
