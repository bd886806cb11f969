/**
 * Request → principal, or rejection. Every rejection does the same reads and hashes, so that neither the response nor
 * its timing distinguishes an unknown connector from one that is expired, revoked or disabled, or from a wrong secret.
 * What is read depends only on the request. Nothing is cached between requests, so revoking takes effect immediately.
 */
import type { Item } from '../aws/attribute-value.ts'
import type { TableReader } from '../aws/table-access.ts'
import {
  apiTokenFromItem,
  apiTokenKey,
  isForConnector,
  mayUseScope,
  type StoredApiToken,
} from '../connectors/api-token.ts'
import { readAncestors, underAncestors } from '../connectors/api-token-ancestry.ts'
import {
  type ConnectorConfig,
  type ConnectorRecord,
  connectorStatus,
  expiresAtMs,
} from '../connectors/connector.ts'
import { connectorKey, readableConnector } from '../connectors/connector-item.ts'
import { type ReturnAfterSilence, recordConnectorUse } from '../connectors/connector-use.ts'
import { recordUse } from '../connectors/last-used.ts'
import { DECOY, hashesMatch, hashSecret, parseToken, type TokenParts } from '../connectors/token.ts'
import { effectiveTags } from '../connectors/tool-group.ts'
import { bearerValue } from './bearer.ts'
import { createPermit, type Permit } from './permit.ts'

/** The caller: what higher layers need to know of a connector, without any secret. */
export interface Principal {
  connectorId: string
  connectorName: string
  accountId: string
  /** The connector's config, with the tool groups in `tags` replaced by their content. */
  config: ConnectorConfig
  /** Epoch ms from which this call is no longer authorized, even in mid-stream; null: never. */
  expiresAtMs: number | null
  createdBy: string
  /** Of the API token that the call came with, where the connector requires one; for log lines. */
  apiTokenId?: string
}

export interface AuthInput {
  /** The token of `/mcp/{token}`, as it appears in the path. Absent on `/mcp`. */
  pathToken?: string
  /** The whole `Authorization` header. */
  authorization?: string
  nowMs: number
  /** Where the request comes from, as a network (`networkPrefix`); undefined: not known. */
  network?: string | undefined
}

export type AuthResult =
  | { ok: true; principal: Principal; permit: Permit }
  | { ok: false; via: 'path' | 'header' }

export interface AuthDeps {
  table: TableReader
  /**
   * Takes work that no response waits for (`last_used_at`); it never rejects. On Lambda, await it before the
   * invocation ends, since a frozen environment would not finish it.
   */
  inBackground: (work: Promise<void>) => void
  /** A connector is used again after a long silence. Called once for each. */
  onReturn?: (returned: ReturnAfterSilence) => Promise<void>
}

/** Longer than any of our tokens after `Bearer `: longer values are ignored. */
const MAX_CREDENTIAL_CHARACTERS = 200

/**
 * Authenticates the caller. A token in the path wins over one in the header, which then carries the API token
 * that `require_api_token_auth` requires. Throws `internal` only when the table cannot be read.
 */
export async function authenticate(input: AuthInput, deps: AuthDeps): Promise<AuthResult> {
  const via = input.pathToken === undefined ? 'header' : 'path'
  const bearer = bearerValue(clip(input.authorization ?? ''))
  const presented = clip(input.pathToken ?? bearer ?? '')
  const rejection: AuthResult = { ok: false, via }

  const parsed = parseToken('gmcp', presented)
  const token: TokenParts = parsed ?? DECOY
  const apiToken = via === 'path' && bearer !== undefined ? (parseToken('gapi', bearer) ?? DECOY) : undefined

  const keys = [connectorKey(token.id), ...(apiToken === undefined ? [] : [apiTokenKey(apiToken.id)])]
  const hashes = {
    secret: hashSecret(token.secret),
    ...(apiToken !== undefined && { apiSecret: hashSecret(apiToken.secret) }),
  }
  const configFrom: Permit['configFrom'] = (items, nowMs) => admit(items, hashes, nowMs)?.config
  const items = await createPermit(keys, configFrom, deps.table).read()
  const presentedOnly = admit(items, hashes, input.nowMs)
  if (parsed === undefined || presentedOnly === undefined) return rejection
  // Only for a valid API token, so that rejections still do the same reads.
  const ancestry = await readAncestors(presentedOnly.apiToken ?? { ancestors: [] }, deps.table)
  const isDescendant = ancestry.items.length > 0
  const admission = isDescendant ? admit([...items, ...ancestry.items], hashes, input.nowMs) : presentedOnly
  if (admission === undefined) return rejection

  const permit = createPermit([...keys, ...ancestry.keys], configFrom, deps.table)
  const { record, apiToken: admittedToken, config, untilMs } = admission
  if (admittedToken !== undefined) {
    const { id, last_used_at } = admittedToken.record
    deps.inBackground(ignoringErrors(recordUse(deps.table, apiTokenKey(id), last_used_at, input.nowMs)))
  }
  deps.inBackground(
    ignoringErrors(
      recordConnectorUse(deps.table, record, input.nowMs, input.network).then(returned =>
        returned === undefined ? undefined : deps.onReturn?.(returned),
      ),
    ),
  )

  return {
    ok: true,
    permit,
    principal: {
      connectorId: record.id,
      connectorName: record.name,
      accountId: record.account_id,
      config,
      expiresAtMs: untilMs,
      createdBy: record.created_by,
      ...(admittedToken !== undefined && { apiTokenId: admittedToken.record.id }),
    },
  }
}

/** SHA-256 of what the caller presented. */
interface PresentedHashes {
  secret: string
  /** Of the API token; absent when the call came without one. */
  apiSecret?: string
}

interface Admission {
  record: ConnectorRecord
  /** The API token that the connector requires, as its ancestors let it be. */
  apiToken?: StoredApiToken
  /** The connector's config, with the tool groups in `tags` replaced by their content. */
  config: ConnectorConfig
  untilMs: number | null
}

/** Whether the stored connector, and the API token where it requires one, let the caller in; items as the permit's. Pure. */
function admit(
  [item, apiItem, ...ancestors]: readonly (Item | undefined)[],
  hashes: PresentedHashes,
  nowMs: number,
): Admission | undefined {
  const match = matchConnectorSecret(item, hashes.secret, nowMs)
  const isApiTokenMatch =
    hashes.apiSecret !== undefined && matchSecret(apiItem, 'secret_sha256', hashes.apiSecret)
  if (item === undefined || match === undefined) return undefined

  // One that this version cannot read is as good as unknown: a rule that it does not know must not be ignored.
  const connector = readableConnector(item)
  if (connector === undefined || connectorStatus(connector.record, nowMs) !== 'active') return undefined
  const { record, toolGroups = {} } = connector

  const config = { ...record.config, tags: effectiveTags(record.config.tags, toolGroups) }
  const untilMs = earliest(expiresAtMs(record), match.untilMs)
  if (!config.require_api_token_auth) return { record, config, untilMs }
  if (!isApiTokenMatch || apiItem === undefined) return undefined
  const stored = apiTokenFromItem(apiItem)
  const apiRecord = underAncestors(stored.record, ancestors)
  if (!mayUseScope(apiRecord, 'connect', nowMs) || !isForConnector(apiRecord, record)) return undefined
  const apiToken = { ...stored, record: apiRecord }
  return { record, apiToken, config, untilMs: earliest(untilMs, expiresAtMs(apiRecord)) }
}

/** Runs one rejected request, so that the first real one finds code and connection warm. Never throws. */
export async function primeAuthentication(deps: AuthDeps): Promise<void> {
  await authenticate({ pathToken: '', nowMs: 0 }, deps).catch(() => undefined)
}

/** Which of the connector's two secrets this is, if any; both are always compared. */
function matchConnectorSecret(
  item: Item | undefined,
  hash: string,
  nowMs: number,
): { untilMs: number | null } | undefined {
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
  return hashesMatch(hash, typeof stored === 'string' ? stored : DECOY.hash)
}

function clip(text: string): string {
  return text.length > MAX_CREDENTIAL_CHARACTERS ? '' : text
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/** A use that could not be recorded must not fail the call; a call in the next minute records it again. */
function ignoringErrors(work: Promise<void>): Promise<void> {
  return work.catch(() => undefined)
}
