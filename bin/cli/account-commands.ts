/** `gumloop-mcp account …` */

import type { AccountRecord } from '../../lambda/accounts/account.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import type { Command, Context, Option } from './command.ts'
import { type Paint, renderFields, renderTable } from './terminal.ts'

const ACCOUNT: Option = {
  type: 'string',
  value: 'NAME',
  about: 'account name (a-z, 0-9, - and _)',
  required: true,
}

const put: Command = {
  words: ['account', 'put'],
  about: 'create an account or replace its Gumloop key, which is read from a prompt or a pipe',
  options: {
    account: ACCOUNT,
    'user-id': {
      type: 'string',
      value: 'ID',
      about: "Gumloop user id of the key's owner (required for a personal key)",
    },
    'team-id': { type: 'string', value: 'ID', about: 'Gumloop team id (for a team key)' },
  },
  examples: [
    'account put --account acme --user-id 7Yb2 --stack GumloopMcp-prod',
    'account put --account acme --user-id 7Yb2 < key.txt',
  ],
  async run(context) {
    const { args, api, terminal } = context
    const api_key = await terminal.readSecret('Gumloop API key (hidden): ')
    const body = { api_key, user_id: args.text('user-id'), team_id: args.text('team-id') }
    const account: AccountRecord = await api.request('PUT', accountPath(context), body)
    if (terminal.wantsJson) return terminal.json(account)
    terminal.line(
      `${terminal.paint('green', 'Stored')} the key of account ${account.id}. It takes effect within five minutes.`,
    )
  },
}

const list: Command = {
  words: ['account', 'list'],
  about: 'list the accounts',
  options: {},
  examples: [
    'account list',
    'account list --json | jq -r \'.result[] | select(.state == "needs_reauth").id\'',
  ],
  async run({ api, terminal, nowMs }) {
    const accounts = await api.list<AccountRecord>('/accounts')
    if (terminal.wantsJson)
      return terminal.json({ result: accounts, next_cursor: null, result_count: accounts.length })
    if (accounts.length === 0) {
      return terminal.line('No accounts yet. Create one: gumloop-mcp account put --account NAME')
    }
    const rows = accounts.map(({ id, state, refused_at, updated_at }) => [
      id,
      stateWord(state, terminal.paint),
      relativeTime(updated_at, nowMs),
      refused_at === null ? '' : relativeTime(refused_at, nowMs),
    ])
    for (const line of renderTable(
      ['ACCOUNT', 'STATE', 'KEY STORED', 'KEY REJECTED'],
      rows,
      terminal.paint,
    )) {
      terminal.line(line)
    }
  },
}

const show: Command = {
  words: ['account', 'show'],
  about: 'show an account (never its key)',
  options: { account: ACCOUNT },
  examples: ['account show --account acme'],
  async run(context) {
    printAccount(await context.api.request('GET', accountPath(context)), context)
  },
}

const remove: Command = {
  words: ['account', 'remove'],
  about: 'remove an account and its key',
  options: {
    account: ACCOUNT,
    'revoke-connectors': {
      type: 'boolean',
      about: 'revoke its connectors first (otherwise they block the removal)',
    },
    yes: { type: 'boolean', about: 'skip the confirmation' },
  },
  examples: ['account remove --account acme --revoke-connectors'],
  async run(context) {
    const { args, api, terminal } = context
    const name = args.text('account') ?? ''
    if (terminal.isInteractive && args.flag('yes') !== true) {
      if (!(await terminal.confirm(`Remove account ${name}? Its key is deleted permanently.`))) {
        return terminal.note('Nothing was changed.')
      }
    }
    const query = args.flag('revoke-connectors') === true ? '?revoke_connectors=true' : ''
    const account: AccountRecord = await api.request('DELETE', `${accountPath(context)}${query}`)
    if (terminal.wantsJson) return terminal.json(account)
    terminal.line(`${terminal.paint('green', 'Removed')} account ${account.id} and its key.`)
  },
}

export const ACCOUNT_COMMANDS: Command[] = [put, list, show, remove]

function accountPath({ args }: Context): string {
  return `/accounts/${encodeURIComponent(args.text('account') ?? '')}`
}

function printAccount(account: AccountRecord, { terminal, nowMs }: Context): void {
  if (terminal.wantsJson) {
    terminal.json(account)
    return
  }
  const when = (timestamp: string) => `${timestamp} (${relativeTime(timestamp, nowMs)})`
  const fields: [string, string][] = [
    ['account', account.id],
    ['state', stateWord(account.state, terminal.paint)],
    ['key stored', when(account.updated_at)],
    ['created', `${when(account.created_at)} by ${account.created_by}`],
  ]
  if (account.refused_at !== null) fields.push(['key rejected', when(account.refused_at)])
  for (const line of renderFields(fields, terminal.paint)) terminal.line(line)
  if (account.state === 'needs_reauth') {
    terminal.line(`Gumloop rejects the key. Store a new one: gumloop-mcp account put --account ${account.id}`)
  }
}

function stateWord(state: AccountRecord['state'], paint: Paint): string {
  return paint(state === 'ready' ? 'green' : 'red', state)
}
