/**
 * Request → principal, or refusal. Every refusal does the same reads and the same hashes, so that neither the answer
 * nor its time tells a connector that never was from one that expired, was revoked or disabled, or a wrong secret.
 * What is read depends on the request alone. Nothing is remembered between requests: revoking works at once.
 */
import type { Item } from '../aws/attribute-value.ts'
import type { TableReader } from '../aws/table-access.ts'
import { apiTokenFromItem, apiTokenKey, mayUseScope } from '../connectors/api-token.ts'
import { type ConnectorConfig, connectorStatus, expiresAtMs } from '../connectors/connector.ts'
import { connectorFromItem, connectorKey } from '../connectors/connector-item.ts'
import { recordUse } from '../connectors/last-used.ts'
import { DECOY, hashSecret, parseToken, sameHash, type TokenParts } from '../connectors/token.ts'
import { effectiveTags } from '../connectors/tool-group.ts'
import { bearerValue } from './bearer.ts'

/** Who calls: what the rooms to the right need to know of a connector, and no secret. */
export interface Principal {
  connectorId: string
  connectorName: string
  accountId: string
  /** As the connector has it, but for groups of tools in `tags`: those are replaced by what is in them. */
  config: ConnectorConfig
  /** Epoch ms from which this call's right is over, even in mid-stream; null: never. */
  expiresAtMs: number | null
  createdBy: string
}

export interface AuthInput {
  /** The token of `/mcp/{token}`, as it stands in the path. Absent on `/mcp`. */
  pathToken?: string
  /** The whole `Authorization` header. */
  authorization?: string
  nowMs: number
}

export type AuthResult = { ok: true; principal: Principal } | { ok: false; via: 'path' | 'header' }

export interface AuthDeps {
  table: TableReader
  /**
   * Takes the work that nobody need wait for (`last_used_at`); it never rejects. On Lambda await it before the
   * invocation ends, since a frozen environment finishes nothing.
   */
  inBackground: (work: Promise<void>) => void
}

/** Longer than any of our tokens with `Bearer ` before it: what is longer is not even looked at. */
const LOOKED_AT_CHARACTERS = 200

/**
 * Finds out who calls. A token in the path wins over one in the header; then the header is the place of the API token
 * that `require_api_token_auth` asks for. Throws `internal` only when the table cannot be read.
 */
export async function authenticate(input: AuthInput, deps: AuthDeps): Promise<AuthResult> {
  const via = input.pathToken === undefined ? 'header' : 'path'
  const bearer = bearerValue(clip(input.authorization ?? ''))
  const presented = clip(input.pathToken ?? bearer ?? '')
  const refusal: AuthResult = { ok: false, via }

  const parsed = parseToken('gmcp', presented)
  const token: TokenParts = parsed ?? DECOY
  const apiToken = via === 'path' && bearer !== undefined ? (parseToken('gapi', bearer) ?? DECOY) : undefined

  const [item, apiItem] = await Promise.all([
    deps.table.getItem(connectorKey(token.id), { consistent: true }),
    apiToken === undefined ? undefined : deps.table.getItem(apiTokenKey(apiToken.id), { consistent: true }),
  ])

  const held = matchConnectorSecret(item, token.secret, input.nowMs)
  const apiTokenHeld =
    apiToken !== undefined && matchSecret(apiItem, 'secret_sha256', hashSecret(apiToken.secret))
  if (parsed === undefined || item === undefined || held === undefined) return refusal

  const { record, toolGroups = {} } = connectorFromItem(item)
  if (connectorStatus(record, input.nowMs) !== 'active') return refusal

  let untilMs = earliest(expiresAtMs(record), held.untilMs)
  if (record.config.require_api_token_auth) {
    if (!apiTokenHeld || apiItem === undefined) return refusal
    const { record: apiRecord } = apiTokenFromItem(apiItem)
    if (!mayUseScope(apiRecord, 'connect', input.nowMs)) return refusal
    untilMs = earliest(untilMs, expiresAtMs(apiRecord))
    deps.inBackground(
      quietly(recordUse(deps.table, apiTokenKey(apiRecord.id), apiRecord.last_used_at, input.nowMs)),
    )
  }
  deps.inBackground(quietly(recordUse(deps.table, connectorKey(record.id), record.last_used_at, input.nowMs)))

  return {
    ok: true,
    principal: {
      connectorId: record.id,
      connectorName: record.name,
      accountId: record.account_id,
      config: { ...record.config, tags: effectiveTags(record.config.tags, toolGroups) },
      expiresAtMs: untilMs,
      createdBy: record.created_by,
    },
  }
}

/** Opens the way of a refused request once, so that the first real one finds code and connection warm. Never throws. */
export async function primeAuthentication(deps: AuthDeps): Promise<void> {
  await authenticate({ pathToken: '', nowMs: 0 }, deps).catch(() => undefined)
}

/** Which of the connector's two secrets this is, if any; both are compared whatever the first one says. */
function matchConnectorSecret(
  item: Item | undefined,
  secret: string,
  nowMs: number,
): { untilMs: number | null } | undefined {
  const hash = hashSecret(secret)
  const current = matchSecret(item, 'secret_sha256', hash)
  const previous = matchSecret(item, 'previous_secret_sha256', hash)
  const previousUntilMs = item?.previous_secret_valid_until_ms
  if (current) return { untilMs: null }
  if (previous && typeof previousUntilMs === 'number' && previousUntilMs > nowMs)
    return { untilMs: previousUntilMs }
  return undefined
}

function matchSecret(item: Item | undefined, attribute: string, hash: string): boolean {
  const stored = item?.[attribute]
  return sameHash(hash, typeof stored === 'string' ? stored : DECOY.hash)
}

function clip(text: string): string {
  return text.length > LOOKED_AT_CHARACTERS ? '' : text
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/** A use that could not be noted must not fail the call; the next minute notes the next one. */
function quietly(work: Promise<void>): Promise<void> {
  return work.catch(() => undefined)
}
