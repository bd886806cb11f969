/** Composition root of the admin functions, from the environment of a deployed function. */
import { accountSecretPolicy } from '../accounts/secret-policy.ts'
import { type Administration, createAdministration } from '../admin/administration.ts'
import type { ToolFilter } from '../admin/tool-filter-errors.ts'
import { createLogGroupReader } from '../aws/log-group.ts'
import { createSecrets } from '../aws/secrets.ts'
import { createTable } from '../aws/table.ts'
import type { Table } from '../aws/table-access.ts'
import { requireActiveWorkflow } from '../aws/workflow-state.ts'
import { CATALOG_VERSION, toolIndex } from '../catalog/catalog.ts'
import { allowedTools, knownTags } from '../catalog/tool-filter.ts'
import { systemClock } from '../shared/clock.ts'
import { ConfigurationError } from '../shared/config.ts'
import { ENV } from '../shared/names.ts'

export interface AdminFunction {
  administration: Administration
  /** To check administrator tokens. */
  table: Table
}

/** Administration over the deployed table and secrets. @throws ConfigurationError naming a missing variable. */
export function wireAdminFunction(environment: NodeJS.ProcessEnv): AdminFunction {
  const required = (name: string): string => {
    const value = environment[name]
    if (value === undefined || value === '') throw new ConfigurationError(`${name} is not set.`)
    return value
  }
  const table = createTable({ tableName: required(ENV.tableName) })
  const workflowArn = environment[ENV.runWorkflowArn]
  const prefix = required(ENV.accountSecretPrefix)
  const secrets = createSecrets({
    resourcePolicy: accountSecretPolicy(prefix),
    keyArn: environment[ENV.accountSecretKeyArn] || undefined,
  })
  const maxDays = environment[ENV.maxApiTokenDays]
  const administration = createAdministration({
    table,
    filter: catalogFilter(),
    connectorBaseUrl: required(ENV.connectorBaseUrl),
    now: systemClock,
    logs: createLogGroupReader({ logGroupName: required(ENV.callLogGroup) }),
    ...(workflowArn ? { checkLongRuns: () => requireActiveWorkflow(workflowArn) } : {}),
    ...(maxDays ? { maxApiTokenDays: Number(maxDays) } : {}),
    accountSecrets: { secrets, prefix },
  })
  return { administration, table }
}

/** The catalog as administration uses it. */
export function catalogFilter(): ToolFilter {
  return {
    allowedTools,
    tags: knownTags(),
    catalogVersion: CATALOG_VERSION,
    toolNames: toolIndex().map(({ name }) => name),
  }
}
