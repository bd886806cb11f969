/** Connectors and API tokens for tests, written through the real stores. */
import type { Table } from '../../lambda/aws/table-access.ts'
import type { ApiTokenRecord } from '../../lambda/connectors/api-token.ts'
import { createApiTokenStore } from '../../lambda/connectors/api-token-store.ts'
import type { ConnectorRecord, StoredConnector } from '../../lambda/connectors/connector.ts'
import { createConnectorStore } from '../../lambda/connectors/connector-store.ts'
import { formatToken, hashSecret, mintId, mintSecret } from '../../lambda/connectors/token.ts'

export const NOW_MS = Date.parse('2026-11-22T12:00:00Z')

/** A connector record as created, with the overrides of the test. */
export function connectorRecord(overrides: Partial<ConnectorRecord> = {}): ConnectorRecord {
  return {
    id: mintId(),
    name: 'Reporting',
    account_id: 'acme',
    config: {
      methods: ['read'],
      tags: [],
      tool_exposure: 'essentials',
      require_api_token_auth: false,
      catalog_version: 1,
      max_result_characters: 48_000,
    },
    disabled: false,
    expires_at: null,
    created_by: 'tester',
    created_at: '2026-11-22T11:00:00Z',
    updated_at: '2026-11-22T11:00:00Z',
    last_used_at: null,
    last_used_from: null,
    revoked_at: null,
    ...overrides,
  }
}

/** Stores a connector. @returns its token */
export async function storeConnector(
  table: Table,
  overrides: Partial<ConnectorRecord> = {},
  previous?: StoredConnector['previous'],
): Promise<{ record: ConnectorRecord; token: string }> {
  const record = connectorRecord(overrides)
  const secret = mintSecret()
  const stored = {
    record,
    secretHash: hashSecret(secret),
    version: 1,
    ...(previous === undefined ? {} : { previous }),
  }
  await createConnectorStore(table).create(stored)
  return { record, token: formatToken('gmcp', { id: record.id, secret }) }
}

/** Stores an API token and returns it. */
export async function storeApiToken(
  table: Table,
  overrides: Partial<ApiTokenRecord> = {},
): Promise<{ record: ApiTokenRecord; token: string }> {
  const secret = mintSecret()
  const record: ApiTokenRecord = {
    id: mintId(),
    name: 'ci',
    scopes: ['connect'],
    accounts: null,
    connectors: null,
    expires_at: null,
    created_by: 'tester',
    parent_id: null,
    created_at: '2026-11-22T11:00:00Z',
    last_used_at: null,
    revoked_at: null,
    ...overrides,
  }
  const ancestors = record.parent_id === null ? [] : [record.parent_id]
  await createApiTokenStore(table).create({ record, secretHash: hashSecret(secret), ancestors })
  return { record, token: formatToken('gapi', { id: record.id, secret }) }
}
