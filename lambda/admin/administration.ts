/** All admin operations, composed over one table. */
import { isAccountId } from '../accounts/account.ts'
import { createAccountStore } from '../accounts/account-store.ts'
import type { LogReader } from '../aws/log-access.ts'
import type { Table } from '../aws/table-access.ts'
import { createApiTokenStore } from '../connectors/api-token-store.ts'
import { createConnectorStore } from '../connectors/connector-store.ts'
import { createToolGroupStore } from '../connectors/tool-group-store.ts'
import type { Clock } from '../shared/clock.ts'
import { type AccountAdmin, type AccountSecrets, createAccountAdmin } from './account-admin.ts'
import { type ApiTokenAdmin, createApiTokenAdmin } from './api-token-admin.ts'
import { type AuditEntry, createAudit } from './audit.ts'
import { type CallLog, createCallLog } from './call-log.ts'
import { type ConnectorAdmin, createConnectorAdmin } from './connector-admin.ts'
import { createConnectorGroups } from './connector-groups.ts'
import { type DeploymentView, viewDeployment } from './deployment-view.ts'
import { type ListAnswer, listAnswer, listQuery, toPage } from './input-fields.ts'
import { parseInput } from './parse-input.ts'
import { createTokenRevocation, type TokenRevocation } from './token-revocation.ts'
import type { ToolFilter } from './tool-filter-errors.ts'
import { createToolGroupAdmin, type ToolGroupAdmin } from './tool-group-admin.ts'

export interface Administration {
  connectors: ConnectorAdmin
  accounts: AccountAdmin
  apiTokens: ApiTokenAdmin
  toolGroups: ToolGroupAdmin
  leakedTokens: TokenRevocation
  calls: CallLog
  /** State of the deployment. Never throws. */
  deployment(): Promise<DeploymentView>
  /** Audit entries of an account, newest first; null: those of the deployment's API tokens. */
  auditTrail(accountId: string | null, query: unknown): Promise<ListAnswer<AuditEntry>>
}

export interface AdministrationDeps {
  table: Table
  filter: ToolFilter
  /** Prefix of connector URLs, without a trailing slash. */
  connectorBaseUrl: string
  now: Clock
  /** The log of the MCP function. */
  logs: LogReader
  /** The longest life of a new API token, in days; absent: no limit. */
  maxApiTokenDays?: number
  /** Absent on a local server, whose only account is configured from the environment. */
  accountSecrets?: AccountSecrets
  /** Throws when the workflow that watches long runs does not respond; absent where long runs are not watched. */
  checkLongRuns?: () => Promise<void>
}

export function createAdministration(deps: AdministrationDeps): Administration {
  const { table, filter, connectorBaseUrl, now } = deps
  const accounts = createAccountStore(table)
  const connectors = createConnectorStore(table)
  const audit = createAudit({ table, now })
  const groups = createToolGroupStore(table)
  const connectorGroups = createConnectorGroups({ groups, connectors, filter })
  const connectorAdmin = createConnectorAdmin({
    connectors,
    connectorGroups,
    accounts,
    audit,
    connectorBaseUrl,
    now,
  })
  const apiTokens = createApiTokenStore(table)
  const apiTokenAdmin = createApiTokenAdmin({ apiTokens, audit, now, maxDays: deps.maxApiTokenDays })
  return {
    connectors: connectorAdmin,
    accounts: createAccountAdmin({
      accounts,
      connectors,
      connectorAdmin,
      audit,
      now,
      ...(deps.accountSecrets === undefined ? {} : { accountSecrets: deps.accountSecrets }),
    }),
    apiTokens: apiTokenAdmin,
    leakedTokens: createTokenRevocation({ connectors, connectorAdmin, apiTokens, apiTokenAdmin }),
    toolGroups: createToolGroupAdmin({ groups, connectorGroups, accounts, audit, filter, now }),
    calls: createCallLog({ logs: deps.logs, connectors, accounts, now }),
    deployment: () =>
      viewDeployment({
        table,
        logs: deps.logs,
        now,
        ...(deps.checkLongRuns === undefined ? {} : { checkLongRuns: deps.checkLongRuns }),
      }),
    async auditTrail(accountId, query) {
      if (accountId !== null && !isAccountId(accountId)) await accounts.get(accountId)
      const { entries, nextCursor } = await audit.list(accountId, toPage(parseInput(listQuery, query)))
      return listAnswer(entries, nextCursor)
    },
  }
}
