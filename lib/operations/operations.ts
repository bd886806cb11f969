import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { McpApi } from '../api/mcp-api.ts'
import type { AdminFunction } from '../functions/admin-function.ts'
import type { McpFunction } from '../functions/mcp-function.ts'
import type { RunWorkflow } from '../runs/run-workflow.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import type { ConnectorTable } from '../storage/connector-table.ts'
import { AlarmTopic } from './alarm-topic.ts'
import { Alarms, DEFAULT_RUNBOOK } from './alarms.ts'
import { CallMetrics } from './call-metrics.ts'
import { OperationsDashboard } from './operations-dashboard.ts'
import { SavedQueries } from './saved-queries.ts'

export interface OperationsProps {
  stage: StageConfig
  names: StackNames
  mcp: McpFunction
  /** Undefined if the stage does not watch long runs. */
  runs: RunWorkflow | undefined
  admin: AdminFunction
  /** Undefined if the stage has no admin API over HTTP. */
  adminApi: AdminFunction | undefined
  api: McpApi
  table: ConnectorTable
  key?: IKey | undefined
}

/** Monitoring: metrics, alarms, dashboard and saved queries, as the stage sets them. */
export class Operations extends Construct {
  readonly rollbackAlarms: Alarm[]
  readonly dashboardUrl: string | undefined

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id)
    const { stage, names, mcp, runs, admin, adminApi, api, table } = props
    const admins = adminApi === undefined ? [admin] : [admin, adminApi]
    const logs = {
      mcp: [mcp.nodeFunction.logGroup],
      admin: admins.map(({ nodeFunction }) => nodeFunction.logGroup),
      access: [api.accessLog],
      poller: runs === undefined ? [] : [runs.poller.logGroup],
    }
    // Metrics that neither an alarm nor the dashboard reads would only cost money.
    const isWatched = stage.alarms === 'on' || stage.dashboard === 'on'
    const calls = isWatched
      ? new CallMetrics(this, 'Calls', {
          namespace: names.stack,
          mcp: mcp.nodeFunction,
          errorLogs: [...logs.mcp, ...logs.admin, ...logs.poller],
          by: stage.metricsBy,
        })
      : undefined
    const watched = { names, mcp, runs, admins, api }
    const alarms =
      calls !== undefined && stage.alarms === 'on'
        ? new Alarms(this, 'Alarms', { ...watched, stage, calls, topic: this.alarmTopic(props) })
        : undefined
    this.rollbackAlarms = alarms?.rollback ?? []
    if (calls !== undefined && stage.dashboard === 'on') {
      const runbook = stage.runbookUrl ?? DEFAULT_RUNBOOK
      const page = { ...watched, runbook, table, calls, by: stage.metricsBy, alarms: alarms?.all ?? [] }
      this.dashboardUrl = new OperationsDashboard(this, 'Page', page).url
    }
    if (stage.savedQueries === 'on') new SavedQueries(this, 'Queries', { names, logs })
  }

  private alarmTopic({ stage, names, key }: OperationsProps): AlarmTopic {
    return new AlarmTopic(this, 'Topic', {
      displayName: `${names.stack} alarms`,
      alarmNamePrefix: `${names.stack}-`,
      email: stage.alarmEmail,
      key,
    })
  }
}
