import { Aws, CfnMapping, Duration, Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { AdminFunction } from './admin-function.ts'
import type { CallMetrics } from './call-metrics.ts'
import type { ConnectorTable } from './connector-table.ts'
import { type LogQuery, QUERIES } from './log-lines.ts'
import type { McpApi } from './mcp-api.ts'
import type { McpFunction } from './mcp-function.ts'
import type { StackNames } from './stack-names.ts'

const PERIOD = Duration.minutes(5)
/** A dashboard is 24 columns wide. */
const THIRD = 8
const HALF = 12
const WHOLE = 24

export interface OperationsDashboardProps {
  names: StackNames
  runbook: string
  mcp: McpFunction
  admin: AdminFunction
  api: McpApi
  table: ConnectorTable
  calls: CallMetrics
  alarms: Alarm[]
}

/** One page that answers: is it well, who uses it, is it us or Gumloop. Read from top to bottom. */
export class OperationsDashboard extends Construct {
  readonly url: string

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id)
    new Dashboard(this, 'Dashboard', {
      dashboardName: props.names.dashboard,
      defaultInterval: Duration.hours(24),
      widgets: [
        health(props),
        doorRow(props),
        functionRow(props),
        callRow(props),
        gumloopRow(props),
        stateRow(props),
      ],
    })
    this.url = `https://${consoleHost(this)}/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${props.names.dashboard}`
  }
}

function health({ names, runbook, alarms }: OperationsDashboardProps): IWidget[] {
  const text = new TextWidget({
    markdown: `# ${names.stack}\nWhat each alarm means and what to do: ${runbook}. Who did what: the saved queries of Logs Insights under \`${names.stack}/\`.`,
    width: alarms.length > 0 ? HALF : WHOLE,
    height: 4,
  })
  return alarms.length > 0 ? [text, new AlarmStatusWidget({ alarms, width: HALF, height: 4 })] : [text]
}

function doorRow({ api: { restApi } }: OperationsDashboardProps): IWidget[] {
  return [
    graph('Requests', [restApi.metricCount({ period: PERIOD, label: 'all' })]),
    graph('Answers with an error status', [
      restApi.metricClientError({ period: PERIOD, label: '4xx' }),
      restApi.metricServerError({ period: PERIOD, label: '5xx' }),
    ]),
    graph('Time to the whole answer (waits included)', [
      restApi.metricLatency({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      restApi.metricLatency({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
  ]
}

function functionRow({ mcp }: OperationsDashboardProps): IWidget[] {
  const { function: fn } = mcp.nodeFunction
  return [
    graph('MCP function: crashes and refusals', [
      fn.metricErrors({ period: PERIOD, label: 'crashed' }),
      fn.metricThrottles({ period: PERIOD, label: 'turned away' }),
    ]),
    graph('MCP function: simultaneous calls', [
      fn.metric('ConcurrentExecutions', { period: PERIOD, statistic: 'Maximum', label: 'most' }),
    ]),
    logTable('Cold starts and memory', QUERIES.coldStarts, mcp.nodeFunction.logGroup.logGroupName),
  ]
}

function callRow({ mcp }: OperationsDashboardProps): IWidget[] {
  const logs = mcp.nodeFunction.logGroup.logGroupName
  return [
    logTable(QUERIES.outcomes.name, QUERIES.outcomes, logs),
    logTable(QUERIES.tools.name, QUERIES.tools, logs),
    logTable(QUERIES.callsByConnector.name, QUERIES.callsByConnector, logs),
  ]
}

function gumloopRow({ mcp, calls }: OperationsDashboardProps): IWidget[] {
  return [
    logTable(
      'Gumloop: time to answer',
      QUERIES.upstream,
      mcp.nodeFunction.logGroup.logGroupName,
      LogQueryVisualizationType.LINE,
    ),
    graph('Gumloop: what went wrong', [
      calls.rateLimited,
      calls.upstreamUnavailable,
      calls.credentialsRefused,
    ]),
    graph('Our own faults', [calls.faults]),
  ]
}

function stateRow({ table, admin }: OperationsDashboardProps): IWidget[] {
  const used = { period: PERIOD, statistic: 'Sum' }
  return [
    graph('Table: units used', [
      table.table.metricConsumedReadCapacityUnits({ ...used, label: 'read' }),
      table.table.metricConsumedWriteCapacityUnits({ ...used, label: 'written' }),
    ]),
    graph('Administration', [
      admin.nodeFunction.function.metricInvocations({ period: PERIOD, label: 'calls' }),
      admin.nodeFunction.function.metricErrors({ period: PERIOD, label: 'crashed' }),
    ]),
    logTable('The latest failures', QUERIES.failures, admin.nodeFunction.logGroup.logGroupName),
  ]
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: THIRD, height: 6, leftYAxis: { min: 0 } })
}

function logTable(
  title: string,
  query: LogQuery,
  logGroupName: string,
  view = LogQueryVisualizationType.TABLE,
): LogQueryWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: [logGroupName],
    queryLines: [...query.lines],
    view,
    width: THIRD,
    height: 6,
  })
}

/** The console's host differs by partition; without this, the printed address would be a dead one in two of three. */
function consoleHost(scope: Construct): string {
  const hosts = new CfnMapping(Stack.of(scope), 'ConsoleHosts', {
    mapping: {
      aws: { host: 'console.aws.amazon.com' },
      'aws-cn': { host: 'console.amazonaws.cn' },
      'aws-us-gov': { host: 'console.amazonaws-us-gov.com' },
    },
  })
  return hosts.findInMap(Aws.PARTITION, 'host')
}
