/** `gumloop-mcp api-token …` */

import type { ApiTokenRecord } from '../../lambda/connectors/api-token.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import type { Command } from './command.ts'
import { refuseToken } from './leaked-token.ts'
import { parseList } from './parse-list.ts'
import { parseExpiresAt } from './parse-time.ts'
import { renderTable } from './terminal.ts'

const create: Command = {
  words: ['api-token', 'create'],
  about: 'create an API token and show it once',
  options: {
    name: { type: 'string', value: 'NAME', about: 'display name', required: true },
    scopes: {
      type: 'string',
      value: 'LIST',
      about: 'connect (for connectors that require an API token), admin (for this API)',
      required: true,
    },
    accounts: {
      type: 'string',
      value: 'LIST',
      about: 'accounts whose connectors a connect token is for (default, without --connectors: all)',
    },
    connectors: { type: 'string', value: 'LIST', about: 'ids of connectors that a connect token is for' },
    'expires-at': {
      type: 'string',
      value: 'WHEN',
      about:
        'a date (2027-01-31), a timestamp, a duration (30d, 12h), or never (default: as late as allowed)',
    },
  },
  examples: [
    'api-token create --name ci --scopes admin --expires-at 90d',
    'api-token create --name bot --scopes connect --connectors k3v9q0c2m7x1b8zd',
  ],
  async run({ args, api, terminal, nowMs }) {
    const expiresAt = args.text('expires-at')
    const body = {
      name: args.text('name'),
      scopes: args
        .text('scopes')
        ?.split(',')
        .map(scope => scope.trim()),
      accounts: idsOf(args.text('accounts')),
      connectors: idsOf(args.text('connectors')),
      expires_at: expiresAt === undefined ? undefined : parseExpiresAt(expiresAt, nowMs),
    }
    const created: ApiTokenRecord & { token: string } = await api.request('POST', '/api-tokens', body)
    if (terminal.wantsJson) return terminal.json(created)
    terminal.line(`${terminal.paint('green', 'Created')} API token ${created.name} (${created.id}).`)
    terminal.line()
    terminal.line(`  ${terminal.paint('bold', created.token)}`)
    terminal.line()
    terminal.line(
      terminal.paint(
        'yellow',
        'It is shown only once, because only its hash is stored. Treat it like a password.',
      ),
    )
  },
}

/** `all`, like a list that is left out, does not limit the token. */
function idsOf(text: string | undefined): string[] | undefined {
  const ids = parseList(text)
  return ids?.length === 0 ? undefined : ids
}

/** What a token may connect to. */
function connectsTo({ scopes, accounts, connectors }: ApiTokenRecord): string {
  if (!scopes.includes('connect')) return '-'
  const ids = [...(accounts ?? []), ...(connectors ?? [])]
  return ids.length === 0 ? 'all' : ids.join(', ')
}

const list: Command = {
  words: ['api-token', 'list'],
  about: 'list the API tokens, newest first',
  options: {},
  examples: ['api-token list'],
  async run({ api, terminal, nowMs }) {
    const tokens = await api.list<ApiTokenRecord>('/api-tokens')
    if (terminal.wantsJson)
      return terminal.json({ result: tokens, next_cursor: null, result_count: tokens.length })
    const when = (timestamp: string | null) => (timestamp === null ? 'never' : relativeTime(timestamp, nowMs))
    const rows = tokens.map(token => [
      token.id,
      token.name,
      token.scopes.join(', '),
      connectsTo(token),
      token.revoked_at === null ? when(token.expires_at) : terminal.paint('red', 'revoked'),
      when(token.last_used_at),
      token.parent_id ?? '-',
    ])
    const head = ['ID', 'NAME', 'SCOPES', 'CONNECTS TO', 'EXPIRES', 'LAST USED', 'CREATED WITH']
    for (const line of renderTable(head, rows, terminal.paint)) terminal.line(line)
  },
}

const revoke: Command = {
  words: ['api-token', 'revoke'],
  about: 'revoke an API token and all that descend from it, permanently',
  argument: 'ID',
  options: { yes: { type: 'boolean', about: 'skip the confirmation' } },
  examples: ['api-token revoke w0j5r8t2n6y4p1qa --yes'],
  async run({ args, api, terminal }) {
    refuseToken(args.id)
    if (terminal.isInteractive && args.flag('yes') !== true) {
      const isConfirmed = await terminal.confirm(
        `Revoke API token ${args.id}? It and every token that was created with it stop working immediately, and this cannot be undone.`,
      )
      if (!isConfirmed) return terminal.note('Nothing was changed.')
    }
    const token: ApiTokenRecord = await api.request('DELETE', `/api-tokens/${encodeURIComponent(args.id)}`)
    if (terminal.wantsJson) return terminal.json(token)
    terminal.line(`${terminal.paint('green', 'Revoked')} API token ${token.name} (${token.id}).`)
  },
}

export const API_TOKEN_COMMANDS: Command[] = [create, list, revoke]
