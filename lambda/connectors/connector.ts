/** What a connector is (docs/storage-schema.md), and whether it may be used. Pure: `nowMs` comes as an argument. */
import type { ToolExposure } from '../catalog/filter-rule.ts'
import type { ToolGroupCopies } from './tool-group.ts'

export interface ConnectorConfig {
  /** `read`, `write`, `custom` or exact tool names; empty: every tool. */
  methods: string[]
  /** A tool passes with at least one of them: tags of the catalog, groups of the account; empty: every tool. */
  tags: string[]
  tool_exposure: ToolExposure
  /** The client must also send `Authorization: Bearer <API token>` with the scope `connect`. */
  require_api_token_auth: boolean
}

/** One MCP server URL on one account, as the API shows it. Times are RFC 3339 in UTC, whole seconds. */
export interface ConnectorRecord {
  id: string
  name: string
  account_id: string
  config: ConnectorConfig
  disabled: boolean
  /** From this moment on it is refused; null: never. */
  expires_at: string | null
  created_by: string
  created_at: string
  updated_at: string
  /** To the minute; null: not used yet. */
  last_used_at: string | null
  /** Set once, never cleared; the record stays for a year. */
  revoked_at: string | null
}

/** What the table keeps beside the record, and nobody is shown. */
export interface ConnectorSecrets {
  /** SHA-256 of the token's secret, hexadecimal. */
  secretHash: string
  /** The secret before the last rotation, still accepted until `validUntilMs` (exclusive). */
  previous?: { secretHash: string; validUntilMs: number }
}

export interface StoredConnector extends ConnectorSecrets {
  record: ConnectorRecord
  /** What the groups hold that `config.tags` names; absent when it names none. */
  toolGroups?: ToolGroupCopies
  /** Counts the changes an administrator made; a change is written only on top of the version it was made from. */
  version: number
}

/** How a connector stands at a moment; only an `active` one lets a call through. */
export type ConnectorStatus = 'active' | 'disabled' | 'expired' | 'revoked'

export function connectorStatus(record: ConnectorRecord, nowMs: number): ConnectorStatus {
  if (record.revoked_at !== null) return 'revoked'
  if (isExpired(record, nowMs)) return 'expired'
  return record.disabled ? 'disabled' : 'active'
}

/** True from the very moment of `expires_at`; a time that cannot be read counts as over. */
export function isExpired(record: Pick<ConnectorRecord, 'expires_at'>, nowMs: number): boolean {
  if (record.expires_at === null) return false
  return !(Date.parse(record.expires_at) > nowMs)
}

/** Expiry as epoch ms, or null for never. */
export function expiresAtMs(record: Pick<ConnectorRecord, 'expires_at'>): number | null {
  return record.expires_at === null ? null : Date.parse(record.expires_at)
}
