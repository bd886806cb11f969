/** Administration over real HTTP, a real DynamoDB protocol and a fake Secrets Manager, with a clock that tests set. */
import type { AddressInfo } from 'node:net'
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import { accountSecretPolicy } from '../../lambda/accounts/secret-policy.ts'
import {
  type Administration,
  type AdministrationDeps,
  createAdministration,
} from '../../lambda/admin/administration.ts'
import type { AuditEntry } from '../../lambda/admin/audit.ts'
import type { ToolFilter } from '../../lambda/admin/tool-filter-errors.ts'
import { authenticateAdmin } from '../../lambda/auth/authenticate-admin.ts'
import { createLogGroupReader } from '../../lambda/aws/log-group.ts'
import { createSecrets } from '../../lambda/aws/secrets.ts'
import { createTable } from '../../lambda/aws/table.ts'
import type { Table } from '../../lambda/aws/table-access.ts'
import { allowedOf } from '../../lambda/catalog/filter-rule.ts'
import type { FilteredTool } from '../../lambda/catalog/tool.ts'
import type { ApiTokenRecord } from '../../lambda/connectors/api-token.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import type { ToolGroupRecord } from '../../lambda/connectors/tool-group.ts'
import { createAdminApp } from '../../lambda/http/admin-app.ts'
import { serveAdmin } from '../../lambda/http/admin-entry.ts'
import type { AdminErrorBody } from '../../lambda/http/admin-error.ts'
import { createNodeServer } from '../../lambda/http/node-adapter.ts'
import { createLogger } from '../../lambda/shared/logger.ts'
import { NOW_MS } from './connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from './dynalite-table.ts'
import { type FakeCloudWatchLogs, startFakeCloudWatchLogs } from './fake-cloudwatch-logs.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from './fake-secrets-manager.ts'

export const SECRET_PREFIX = 'Stack/accounts/'
export const CALL_LOG_GROUP = '/aws/lambda/Stack-mcp'
export const CONNECTOR_BASE_URL = 'https://gumloop.example.com/v1'

/** A catalog of four tools that cover every case of the filter; one of them came later. */
const TOOLS: FilteredTool[] = [
  { name: 'list_all_gumloop_agents', methodGroup: 'read', tags: ['agents'], essential: false, since: 1 },
  {
    name: 'list_all_gumloop_artifacts',
    methodGroup: 'read',
    tags: ['artifacts', 'sessions'],
    essential: false,
    since: 1,
  },
  { name: 'create_a_gumloop_session', methodGroup: 'write', tags: ['sessions'], essential: false, since: 1 },
  { name: 'kill_a_gumloop_flow_run', methodGroup: 'custom', tags: ['flows'], essential: false, since: 2 },
]

export const FOUR_TOOLS: ToolFilter = {
  tags: ['agents', 'artifacts', 'flows', 'sessions'],
  toolNames: TOOLS.map(({ name }) => name),
  catalogVersion: 2,
  allowedTools: config => allowedOf(TOOLS, config).map(({ name }) => name),
}

type AnyRecord = ConnectorRecord & ApiTokenRecord & AccountRecord & AuditEntry & ToolGroupRecord

/** A body with the fields of all responses; tests assert which are present. */
export interface AdminAnswerBody extends AnyRecord {
  token: string
  url: string
  result: AnyRecord[]
  next_cursor: string | null
  result_count: number
  error: Required<AdminErrorBody['error']> & string
}

export interface AdminAnswer {
  status: number
  headers: Headers
  body: AdminAnswerBody
}

export interface AdminServer {
  url: string
  table: Table
  dynalite: DynaliteTable
  secretsManager: FakeSecretsManager
  /** Contains what the MCP function would have logged. */
  cloudWatchLogs: FakeCloudWatchLogs
  administration: Administration
  /** A valid administrator token. */
  token: string
  /** The lines that the app logged. */
  logLines: string[]
  clock: { nowMs: number }
  /** One request, by default with the administrator token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AdminAnswer>
  close(): Promise<void>
}

export async function startAdminServer(
  limits: Pick<AdministrationDeps, 'maxApiTokenDays'> = {},
): Promise<AdminServer> {
  const dynalite = await startDynaliteTable()
  const secretsManager = await startFakeSecretsManager()
  const cloudWatchLogs = await startFakeCloudWatchLogs()
  const clock = { nowMs: NOW_MS }
  const table = createTable({ tableName: TABLE_NAME })
  const logLines: string[] = []
  const administration = createAdministration({
    table,
    filter: FOUR_TOOLS,
    connectorBaseUrl: CONNECTOR_BASE_URL,
    now: () => clock.nowMs,
    logs: createLogGroupReader({ logGroupName: CALL_LOG_GROUP }),
    ...limits,
    accountSecrets: {
      secrets: createSecrets({ resourcePolicy: accountSecretPolicy(SECRET_PREFIX) }),
      prefix: SECRET_PREFIX,
    },
  })
  const app = createAdminApp({
    administration,
    access: { kind: 'bearer', authenticate: header => authenticateAdmin(header, clock.nowMs, { table }) },
    logger: createLogger('debug', line => void logLines.push(line)),
  })
  const { token } = await administration.apiTokens.create({ name: 'tests', scopes: ['admin'] }, 'tester')
  const server = createNodeServer(request => serveAdmin(app, request), { deadlineMs: 10_000 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    table,
    dynalite,
    secretsManager,
    cloudWatchLogs,
    administration,
    token,
    logLines,
    clock,
    async ask(method, path, body, headers = { authorization: `Bearer ${token}` }) {
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
      const answer = await fetch(`${url}${path}`, {
        method,
        headers,
        ...(text === undefined ? {} : { body: text }),
      })
      return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) }
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
      await dynalite.close()
      await secretsManager.close()
      await cloudWatchLogs.close()
    },
  }
}
