/** `gumloop-mcp connector …` */
import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import { usageFailure } from './cli-failure.ts'
import type { Command, Context, Given, Option } from './command.ts'
import { connectorCard, connectorTable, urlOnce } from './connector-view.ts'
import { listOf } from './list-option.ts'
import { parseDurationSeconds, parseExpiresAt, relativeTime } from './parse-time.ts'
import { ACCOUNT_OPTION, connectorsPath } from './which-account.ts'

const FILTER_OPTIONS: Record<string, Option> = {
  methods: {
    type: 'string',
    value: 'LIST',
    about: 'read, write, custom or names of tools, with commas; all: no limit',
  },
  tags: {
    type: 'string',
    value: 'LIST',
    about: 'only tools with one of these tags (or in a group of the account), with commas; all: no limit',
  },
  exposure: { type: 'string', value: 'KIND', about: 'what the list shows: essentials, all or discovery' },
  'expires-at': { type: 'string', value: 'WHEN', about: '30d, 12h, 2027-01-31T12:00:00Z, or never' },
  'require-api-token': {
    type: 'boolean',
    isNegatable: true,
    about: 'ask for an API token besides the URL (--no-require-api-token: no longer)',
  },
}

const create: Command = {
  words: ['connector', 'create'],
  about: 'make a connector, and show its URL once',
  options: {
    name: { type: 'string', value: 'NAME', about: 'what people call it', required: true },
    account: ACCOUNT_OPTION,
    ...FILTER_OPTIONS,
  },
  examples: [
    'connector create --name "Reporting for ChatGPT" --methods read --expires-at 30d',
    'connector create --name runs --account acme --tags flows,sessions --exposure all --json',
  ],
  async run(context) {
    const { given, api, terminal, nowMs } = context
    const body = { name: given.text('name'), config: configOf(given), expires_at: expiryOf(given, nowMs) }
    const created: ConnectorWithToken = await api.ask('POST', await connectorsPath(context), body)
    if (terminal.wantsJson) return terminal.json(created)
    terminal.line(
      `${terminal.paint('green', 'Created')} ${created.name} (${created.id}) on account ${created.account_id}.`,
    )
    for (const line of urlOnce(created, terminal.paint)) terminal.line(line)
  },
}

const list: Command = {
  words: ['connector', 'list'],
  about: 'show the connectors of an account, newest first',
  options: { account: ACCOUNT_OPTION },
  examples: ['connector list --account acme', "connector list --json | jq -r '.result[].id'"],
  async run(context) {
    const { api, terminal, nowMs } = context
    const connectors = await api.askAll<ConnectorRecord>(await connectorsPath(context))
    if (terminal.wantsJson) {
      return terminal.json({ result: connectors, next_cursor: null, result_count: connectors.length })
    }
    if (connectors.length === 0) {
      return terminal.line('No connectors yet. Make one: gumloop-mcp connector create --name NAME')
    }
    for (const line of connectorTable(connectors, nowMs, terminal.paint)) terminal.line(line)
  },
}

const show: Command = {
  words: ['connector', 'show'],
  about: 'show one connector',
  argument: 'ID',
  options: { account: ACCOUNT_OPTION },
  examples: ['connector show k3v9q0c2m7x1b8zd'],
  async run(context) {
    printRecord(await context.api.ask('GET', await connectorPath(context)), context)
  },
}

const update: Command = {
  words: ['connector', 'update'],
  about: 'change what is named, and leave the rest',
  argument: 'ID',
  options: {
    name: { type: 'string', value: 'NAME', about: 'what people call it' },
    account: ACCOUNT_OPTION,
    ...FILTER_OPTIONS,
  },
  examples: [
    'connector update k3v9q0c2m7x1b8zd --methods read,write --tags all',
    'connector update k3v9q0c2m7x1b8zd --expires-at never --no-require-api-token',
  ],
  async run(context) {
    const { given, api, nowMs } = context
    const config = configOf(given)
    const body = { name: given.text('name'), config, expires_at: expiryOf(given, nowMs) }
    if (Object.values(body).every(value => value === undefined)) {
      throw usageFailure(
        'Nothing to change was named.',
        'gumloop-mcp connector update --help shows what there is.',
      )
    }
    printRecord(await api.ask('PATCH', await connectorPath(context), body), context)
  },
}

const rotate: Command = {
  words: ['connector', 'rotate'],
  about: 'give it a new URL, and let the old one live for a while or not at all',
  argument: 'ID',
  options: {
    grace: { type: 'string', value: 'TIME', about: 'how long the old URL still works: 0s (default) to 24h' },
    account: ACCOUNT_OPTION,
  },
  examples: ['connector rotate k3v9q0c2m7x1b8zd --grace 1h', 'connector rotate k3v9q0c2m7x1b8zd'],
  async run(context) {
    const { given, api, terminal, nowMs } = context
    const grace = given.text('grace') ?? '0s'
    const grace_seconds = parseDurationSeconds(grace)
    if (grace_seconds === undefined) throw usageFailure(`--grace ${grace} is no time.`, 'Use 0s, 30m or 24h.')
    const rotated: ConnectorWithToken = await api.ask('POST', `${await connectorPath(context)}/rotate`, {
      grace_seconds,
    })
    if (terminal.wantsJson) return terminal.json(rotated)
    terminal.line(`${terminal.paint('green', 'Rotated')} ${rotated.name} (${rotated.id}).`)
    const ends = relativeTime(new Date(nowMs + grace_seconds * 1000).toISOString(), nowMs)
    const afterwards =
      grace_seconds === 0 ? 'The old URL works no more.' : `The old URL stops working ${ends}.`
    for (const line of urlOnce(rotated, terminal.paint, afterwards)) terminal.line(line)
  },
}

const revoke: Command = {
  words: ['connector', 'revoke'],
  about: 'end it for good, at once',
  argument: 'ID',
  options: { account: ACCOUNT_OPTION, yes: { type: 'boolean', about: 'do not ask first' } },
  examples: ['connector revoke k3v9q0c2m7x1b8zd', 'connector revoke k3v9q0c2m7x1b8zd --yes --json'],
  async run(context) {
    const { given, api, terminal } = context
    const path = await connectorPath(context)
    if (terminal.isInteractive && given.flag('yes') !== true) {
      const { name }: ConnectorRecord = await api.ask('GET', path)
      const sure = await terminal.confirm(
        `Revoke ${name} (${given.id})? It stops at once, and cannot be brought back.`,
      )
      if (!sure) return terminal.aside('Nothing was changed.')
    }
    printRecord(await api.ask('DELETE', path), context)
  },
}

export const CONNECTOR_COMMANDS: Command[] = [
  create,
  list,
  show,
  update,
  rotate,
  switching('disable', true, 'refuse its calls until it is enabled again'),
  switching('enable', false, 'let its calls through again'),
  revoke,
]

function switching(word: string, disabled: boolean, about: string): Command {
  return {
    words: ['connector', word],
    about,
    argument: 'ID',
    options: { account: ACCOUNT_OPTION },
    examples: [`connector ${word} k3v9q0c2m7x1b8zd`],
    async run(context) {
      printRecord(await context.api.ask('PATCH', await connectorPath(context), { disabled }), context)
    },
  }
}

async function connectorPath(context: Context): Promise<string> {
  return `${await connectorsPath(context)}/${encodeURIComponent(context.given.id)}`
}

function printRecord(record: ConnectorRecord, { terminal, nowMs }: Context): void {
  if (terminal.wantsJson) terminal.json(record)
  else for (const line of connectorCard(record, nowMs, terminal.paint)) terminal.line(line)
}

/** The part of the config that the options name; undefined when they name none. */
function configOf(given: Given) {
  const config = {
    methods: listOf(given.text('methods')),
    tags: listOf(given.text('tags')),
    tool_exposure: given.text('exposure'),
    require_api_token_auth: given.flag('require-api-token'),
  }
  return Object.values(config).every(value => value === undefined) ? undefined : config
}

function expiryOf(given: Given, nowMs: number): string | null | undefined {
  const text = given.text('expires-at')
  return text === undefined ? undefined : parseExpiresAt(text, nowMs)
}
