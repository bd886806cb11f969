/**
 * Start reading here: the stack creates each part in the order in which a call passes it, and grants the permissions.
 */
import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ApiGatewayLogRole } from './api/api-gateway-log-role.ts'
import { CustomDomain } from './api/custom-domain.ts'
import { McpApi } from './api/mcp-api.ts'
import { WebFirewall } from './api/web-firewall.ts'
import { AdminFunction } from './functions/admin-function.ts'
import { McpFunction } from './functions/mcp-function.ts'
import { CanaryRelease } from './operations/canary-release.ts'
import { Operations } from './operations/operations.ts'
import { RunWorkflow } from './runs/run-workflow.ts'
import { stackNames } from './stage/stack-names.ts'
import type { StageConfig } from './stage/stage-config.ts'
import { AccountSecrets } from './storage/account-secrets.ts'
import { ConnectorTable } from './storage/connector-table.ts'
import { CustomerKey } from './storage/customer-key.ts'

export interface GumloopMcpStackProps {
  stage: StageConfig
  /** Folder with one folder per function, each with its `index.cjs`, as `npm run build` writes them. */
  bundleRoot: string
}

/** The whole server, one stack per stage. */
export class GumloopMcpStack extends Stack {
  constructor(scope: Construct, { stage, bundleRoot }: GumloopMcpStackProps) {
    const names = stackNames(stage.stage)
    super(scope, names.stack, {
      description: `MCP server for Gumloop, stage ${stage.stage}`,
      terminationProtection: stage.terminationProtection === 'on',
      tags: { 'gumloop-mcp:stage': stage.stage, ...stage.tags },
      // Without these settings, the credentials determine region and account at deployment.
      env: {
        ...(stage.region && { region: stage.region }),
        ...(stage.account && { account: stage.account }),
      },
    })

    const customerKey =
      stage.customerKey === 'off'
        ? undefined
        : new CustomerKey(this, 'CustomerKey', {
            source: stage.customerKey,
            logGroupNames: [
              names.mcpLogGroup,
              names.adminLogGroup,
              names.adminApiLogGroup,
              names.pollerLogGroup,
              names.runsLogGroup,
              names.accessLogGroup,
            ],
          })
    const logKey = customerKey?.key
    const table = new ConnectorTable(this, 'Connectors', { customerKey })
    const secrets = new AccountSecrets(this, 'Accounts', {
      prefix: names.accountSecretPrefix,
      customerKey,
    })

    const mcp = new McpFunction(this, 'Mcp', { stage, names, bundleRoot, logKey })
    table.grantConnectorUse(mcp.nodeFunction)
    secrets.grantRead(mcp.nodeFunction)

    const runs =
      stage.longRuns === 'on'
        ? new RunWorkflow(this, 'Runs', { stage, names, bundleRoot, logKey })
        : undefined
    if (runs !== undefined) {
      runs.grantStart(mcp.nodeFunction)
      table.grantRunRecords(mcp.nodeFunction)
      table.grantPolling(runs.poller)
      secrets.grantRead(runs.poller)
    }

    const api = new McpApi(this, 'Gateway', { stage, names, handler: mcp.handler, logKey })
    if (stage.apiGatewayLogRole === 'on') {
      api.restApi.deploymentStage.node.addDependency(new ApiGatewayLogRole(this, 'ApiGatewayLogRole'))
    }
    const domain = stage.customDomain && new CustomDomain(this, 'Domain', { domain: stage.customDomain, api })

    const adminProps = { stage, names, bundleRoot, logKey }
    const admin = new AdminFunction(this, 'Admin', { ...adminProps, access: 'iam' })
    const adminApi =
      stage.adminApi === 'on'
        ? new AdminFunction(this, 'AdminApi', { ...adminProps, access: 'gateway' })
        : undefined
    for (const { nodeFunction } of adminApi === undefined ? [admin] : [admin, adminApi]) {
      table.grantAdministration(nodeFunction)
      secrets.grantWrite(nodeFunction)
      api.grantBaseUrl(nodeFunction)
      mcp.grantCallLog(nodeFunction)
      runs?.grantCheck(nodeFunction)
    }
    if (adminApi !== undefined) api.addAdministration(adminApi.nodeFunction.function)

    if (stage.waf === 'on') new WebFirewall(this, 'Firewall', { stage, names, api })

    const parts = { stage, names, mcp, runs, admin, adminApi, api, table }
    const operations = new Operations(this, 'Operations', { ...parts, key: logKey })
    if (stage.canary === 'on') new CanaryRelease(this, 'Canary', { mcp, alarms: operations.rollbackAlarms })

    this.output('ConnectorBaseUrl', api.connectorBaseUrl, 'Prefix of connector URLs')
    this.output(
      'AdminFunctionName',
      admin.nodeFunction.function.functionName,
      'Function that the command line invokes',
    )
    if (adminApi !== undefined) {
      const consoleUrl = `${api.connectorBaseUrl}/console`
      this.output('ConsoleUrl', consoleUrl, 'Web console; sign in with an administrator token')
    }
    this.output(
      'TableName',
      table.table.tableName,
      'DynamoDB table; it is retained when the stack is destroyed',
    )
    if (operations.dashboardUrl !== undefined) {
      this.output('DashboardUrl', operations.dashboardUrl, 'CloudWatch dashboard')
    }
    if (domain !== undefined)
      this.output('DomainTarget', domain.target, 'Target for the DNS record of the custom domain')
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description, exportName: `${this.stackName}-${id}` })
  }
}
