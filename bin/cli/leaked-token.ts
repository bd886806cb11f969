/** `connector revoke -`: revokes what a leaked token belongs to. The token is read from a pipe, and never printed. */
import type { RevokedToken } from '../../lambda/admin/token-revocation.ts'
import { usageFailure } from './cli-failure.ts'
import type { Context } from './command.ts'

/** Of a connector or, since both leak the same way, of an API token. */
export async function revokeLeakedToken({ api, terminal }: Context): Promise<void> {
  const token = await terminal.readSecret('Leaked URL or token (hidden): ')
  const revoked: RevokedToken = await api.request('POST', '/revocations', { token })
  if (terminal.wantsJson) return terminal.json(revoked)
  const { connector, api_token } = revoked
  const what =
    connector === null
      ? `API token ${api_token?.name} (${api_token?.id})`
      : `${connector.name} (${connector.id}) on account ${connector.account_id}`
  terminal.line(`${terminal.paint('green', 'Revoked')} ${what}. Its token no longer works.`)
}

/** An id becomes part of a URL, and a URL of logs: a token in its place is not sent. Throws `CliFailure`. */
export function refuseToken(id: string): void {
  if (!/g(?:mcp|api)_/.test(id)) return
  throw usageFailure(
    'This is a token, not an id. Nothing was sent.',
    'To revoke a leaked token, pipe it in: gumloop-mcp connector revoke -',
  )
}
