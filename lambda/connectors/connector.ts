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
  /** The version of the catalog whose tools it offers; later tools are added by a refresh. Absent: 1. */
  catalog_version?: number
  /** Characters of text in one result: clients refuse, cut or store away what is too long for them. Absent: the default. */
  max_result_characters?: number
}

export const MAX_RESULT_CHARACTERS = { least: 8_000, default: 48_000, most: 100_000 }

export function resultCharacters(config: Pick<ConnectorConfig, 'max_result_characters'>): number {
  return config.max_result_characters ?? MAX_RESULT_CHARACTERS.default
}

/** One MCP server URL on one account, as the API returns it. Times are RFC 3339 in UTC, whole seconds. */
export interface ConnectorRecord {
  id: string
  name: string
  account_id: string
  config: ConnectorConfig
  disabled: boolean
  /** From this time on its calls are rejected; null: never. */
  expires_at: string | null
  created_by: string
  created_at: string
  updated_at: string
  /** To the minute; null: not used yet. */
  last_used_at: string | null
  /** Network of that use: `203.0.113.0/24`, `2001:db8:1::/48`; null: not used yet, or not known. */
  last_used_from: string | null
  /** Set once, never cleared; the record stays for a year. */
  revoked_at: string | null
}

/** What the table stores beside the record. The API never returns it. */
export interface ConnectorSecrets {
  /** SHA-256 of the token's secret, hexadecimal. */
  secretHash: string
  /** The secret before the last rotation, still accepted until `validUntilMs` (exclusive). */
  previous?: { secretHash: string; validUntilMs: number }
}

export interface StoredConnector extends ConnectorSecrets {
  record: ConnectorRecord
  /** Copies of the tool groups that `config.tags` names; absent when it names none. */
  toolGroups?: ToolGroupCopies
  /**
   * Number of the last change by an administrator; a change is written only on top of the version that it is based on.
   */
  version: number
}

/** Status of a connector at a given time; only an `active` one accepts calls. */
export type ConnectorStatus = 'active' | 'disabled' | 'expired' | 'revoked'

export function connectorStatus(record: ConnectorRecord, nowMs: number): ConnectorStatus {
  if (record.revoked_at !== null) return 'revoked'
  if (isExpired(record, nowMs)) return 'expired'
  return record.disabled ? 'disabled' : 'active'
}

/** True from `expires_at` on; a timestamp that cannot be parsed counts as expired. */
export function isExpired(record: Pick<ConnectorRecord, 'expires_at'>, nowMs: number): boolean {
  if (record.expires_at === null) return false
  return !(Date.parse(record.expires_at) > nowMs)
}

/** Expiry as epoch ms, or null for never. */
export function expiresAtMs(record: Pick<ConnectorRecord, 'expires_at'>): number | null {
  return record.expires_at === null ? null : Date.parse(record.expires_at)
}
