/** `gumloop-mcp api-token …` */
import type { ApiTokenRecord } from '../../lambda/connectors/api-token.ts'
import type { Command } from './command.ts'
import { parseExpiresAt, relativeTime } from './parse-time.ts'
import { renderTable } from './terminal.ts'

const create: Command = {
  words: ['api-token', 'create'],
  about: 'make an API token, and show it once',
  options: {
    name: { type: 'string', value: 'NAME', about: 'what people call it', required: true },
    scopes: {
      type: 'string',
      value: 'LIST',
      about: 'connect (beside a connector URL), admin (this API)',
      required: true,
    },
    'expires-at': {
      type: 'string',
      value: 'WHEN',
      about: '30d, 12h, 2027-01-31T12:00:00Z, or never (default)',
    },
  },
  examples: [
    'api-token create --name ci --scopes admin --expires-at 90d',
    'api-token create --name bot --scopes connect',
  ],
  async run({ given, api, terminal, nowMs }) {
    const expiresAt = given.text('expires-at')
    const body = {
      name: given.text('name'),
      scopes: given
        .text('scopes')
        ?.split(',')
        .map(scope => scope.trim()),
      expires_at: expiresAt === undefined ? undefined : parseExpiresAt(expiresAt, nowMs),
    }
    const created: ApiTokenRecord & { token: string } = await api.ask('POST', '/api-tokens', body)
    if (terminal.wantsJson) return terminal.json(created)
    terminal.line(`${terminal.paint('green', 'Created')} API token ${created.name} (${created.id}).`)
    terminal.line()
    terminal.line(`  ${terminal.paint('bold', created.token)}`)
    terminal.line()
    terminal.line(
      terminal.paint('yellow', 'It is shown this once: only its hash is kept. Keep it like a password.'),
    )
  },
}

const list: Command = {
  words: ['api-token', 'list'],
  about: 'show the API tokens, newest first',
  options: {},
  examples: ['api-token list'],
  async run({ api, terminal, nowMs }) {
    const tokens = await api.askAll<ApiTokenRecord>('/api-tokens')
    if (terminal.wantsJson)
      return terminal.json({ result: tokens, next_cursor: null, result_count: tokens.length })
    const when = (timestamp: string | null) => (timestamp === null ? 'never' : relativeTime(timestamp, nowMs))
    const rows = tokens.map(token => [
      token.id,
      token.name,
      token.scopes.join(', '),
      token.revoked_at === null ? when(token.expires_at) : terminal.paint('red', 'revoked'),
      when(token.last_used_at),
    ])
    for (const line of renderTable(['ID', 'NAME', 'SCOPES', 'EXPIRES', 'LAST USED'], rows, terminal.paint)) {
      terminal.line(line)
    }
  },
}

const revoke: Command = {
  words: ['api-token', 'revoke'],
  about: 'end an API token for good, at once',
  argument: 'ID',
  options: { yes: { type: 'boolean', about: 'do not ask first' } },
  examples: ['api-token revoke w0j5r8t2n6y4p1qa --yes'],
  async run({ given, api, terminal }) {
    if (terminal.isInteractive && given.flag('yes') !== true) {
      const sure = await terminal.confirm(
        `Revoke API token ${given.id}? It stops at once, and cannot be brought back.`,
      )
      if (!sure) return terminal.aside('Nothing was changed.')
    }
    const token: ApiTokenRecord = await api.ask('DELETE', `/api-tokens/${encodeURIComponent(given.id)}`)
    if (terminal.wantsJson) return terminal.json(token)
    terminal.line(`${terminal.paint('green', 'Revoked')} API token ${token.name} (${token.id}).`)
  },
}

export const API_TOKEN_COMMANDS: Command[] = [create, list, revoke]
