/** `gumloop-mcp api-token …` */

import type { ApiTokenRecord } from '../../lambda/connectors/api-token.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import type { Command } from './command.ts'
import { refuseToken } from './leaked-token.ts'
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
    'expires-at': {
      type: 'string',
      value: 'WHEN',
      about:
        'a date (2027-01-31), a timestamp, a duration (30d, 12h), or never (default: as late as allowed)',
    },
  },
  examples: [
    'api-token create --name ci --scopes admin --expires-at 90d',
    'api-token create --name bot --scopes connect',
  ],
  async run({ args, api, terminal, nowMs }) {
    const expiresAt = args.text('expires-at')
    const body = {
      name: args.text('name'),
      scopes: args
        .text('scopes')
        ?.split(',')
        .map(scope => scope.trim()),
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
      token.revoked_at === null ? when(token.expires_at) : terminal.paint('red', 'revoked'),
      when(token.last_used_at),
      token.parent_id ?? '-',
    ])
    const head = ['ID', 'NAME', 'SCOPES', 'EXPIRES', 'LAST USED', 'CREATED WITH']
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
