/** `Authorization` header → administrator: the holder of an API token with the scope `admin`. */
import type { TableReader } from '../aws/table-access.ts'
import { apiTokenFromItem, apiTokenKey, mayUseScope, type StoredApiToken } from '../connectors/api-token.ts'
import { readAncestors, underAncestors } from '../connectors/api-token-ancestry.ts'
import { recordUse } from '../connectors/last-used.ts'
import { DECOY, hashesMatch, hashSecret, parseToken } from '../connectors/token.ts'
import { bearerValue } from './bearer.ts'

/** The administrator as the audit trail names them, and their token; undefined: not authenticated. */
export type AdminAuthentication = { actor: string; token: StoredApiToken } | undefined

/**
 * Checks the header against the table, with the same read and the same hash whatever is wrong with it; the tokens from
 * which it descends are read only for the holder of its secret. Recording the token's use is awaited, since latency does not matter here. Throws `internal` only when the table cannot be read.
 */
export async function authenticateAdmin(
  authorization: string | undefined,
  nowMs: number,
  { table }: { table: TableReader },
): Promise<AdminAuthentication> {
  const parsed = parseToken('gapi', bearerValue((authorization ?? '').slice(0, 200)) ?? '')
  const { id, secret } = parsed ?? DECOY
  const item = await table.getItem(apiTokenKey(id), { consistent: true })
  const hash = item?.secret_sha256
  const isMatch = hashesMatch(hashSecret(secret), typeof hash === 'string' ? hash : DECOY.hash)
  if (parsed === undefined || item === undefined || !isMatch) return undefined
  const stored = apiTokenFromItem(item)
  if (!mayUseScope(stored.record, 'admin', nowMs)) return undefined
  const ancestry = await readAncestors(stored, table)
  const record = underAncestors(stored.record, ancestry.items)
  if (!mayUseScope(record, 'admin', nowMs)) return undefined
  await recordUse(table, apiTokenKey(record.id), record.last_used_at, nowMs).catch(() => undefined)
  const ancestors = ancestry.items.flatMap(above =>
    above === undefined ? [] : [apiTokenFromItem(above).record.id],
  )
  return { actor: `api-token:${record.id}`, token: { ...stored, record, ancestors } }
}
