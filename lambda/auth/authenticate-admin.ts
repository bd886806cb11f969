/** `Authorization` header → administrator: the holder of an API token with the scope `admin`. */
import type { TableReader } from '../aws/table-access.ts'
import { apiTokenFromItem, apiTokenKey, mayUseScope } from '../connectors/api-token.ts'
import { recordUse } from '../connectors/last-used.ts'
import { DECOY, hashesMatch, hashSecret, parseToken } from '../connectors/token.ts'
import { bearerValue } from './bearer.ts'

/** The administrator as the audit trail names them; undefined: not authenticated. */
export type AdminAuthentication = { actor: string } | undefined

/**
 * Checks the header against the table, with the same read and the same hash whatever is wrong with it. Recording the
 * token's use is awaited, since latency does not matter here. Throws `internal` only when the table cannot be read.
 */
export async function authenticateAdmin(
  authorization: string | undefined,
  nowMs: number,
  { table }: { table: TableReader },
): Promise<AdminAuthentication> {
  const parsed = parseToken('gapi', bearerValue((authorization ?? '').slice(0, 200)) ?? '')
  const { id, secret } = parsed ?? DECOY
  const item = await table.getItem(apiTokenKey(id), { consistent: true })
  const stored = item?.secret_sha256
  const isMatch = hashesMatch(hashSecret(secret), typeof stored === 'string' ? stored : DECOY.hash)
  if (parsed === undefined || item === undefined || !isMatch) return undefined
  const { record } = apiTokenFromItem(item)
  if (!mayUseScope(record, 'admin', nowMs)) return undefined
  await recordUse(table, apiTokenKey(record.id), record.last_used_at, nowMs).catch(() => undefined)
  return { actor: `api-token:${record.id}` }
}
