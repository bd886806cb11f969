import { Aws, CfnMapping, Duration, Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { McpApi } from '../api/mcp-api.ts'
import type { AdminFunction } from '../functions/admin-function.ts'
import type { McpFunction } from '../functions/mcp-function.ts'
import type { RunWorkflow } from '../runs/run-workflow.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import type { ConnectorTable } from '../storage/connector-table.ts'
import type { CallMetrics } from './call-metrics.ts'
import { QUERIES } from './log-lines.ts'

const PERIOD = Duration.minutes(5)
/** A dashboard is 24 columns wide. */
const THIRD = 8
const HALF = 12
const WHOLE = 24

export interface OperationsDashboardProps {
  names: StackNames
  runbook: string
  mcp: McpFunction
  runs: RunWorkflow | undefined
  /** The admin functions. */
  admins: AdminFunction[]
  api: McpApi
  table: ConnectorTable
  calls: CallMetrics
  /** Dimensions of the metrics of calls. */
  by: StageConfig['metricsBy']
  alarms: Alarm[]
}

/** One dashboard, from top to bottom: health, requests, calls, usage, Gumloop, long runs, functions. */
export class OperationsDashboard extends Construct {
  readonly url: string

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id)
    new Dashboard(this, 'Dashboard', {
      dashboardName: props.names.dashboard,
      defaultInterval: Duration.hours(24),
      widgets: [
        health(props),
        requestRow(props),
        callRow(props),
        usageRow(props),
        gumloopRow(props),
        runsRow(props),
        functionRow(props),
        stateRow(props),
        failuresRow(props),
      ],
    })
    this.url = `https://${consoleHost(this)}/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${props.names.dashboard}`
  }
}

function health({ names, runbook, alarms }: OperationsDashboardProps): IWidget[] {
  const text = new TextWidget({
    markdown: `# ${names.stack}\nAlarms and what to do: ${runbook}. For details, use the saved queries of Logs Insights under \`${names.stack}/\`.`,
    width: alarms.length > 0 ? HALF : WHOLE,
    height: 4,
  })
  return alarms.length > 0 ? [text, new AlarmStatusWidget({ alarms, width: HALF, height: 4 })] : [text]
}

function requestRow({ api: { restApi } }: OperationsDashboardProps): IWidget[] {
  return [
    graph('Requests', [restApi.metricCount({ period: PERIOD, label: 'all' })]),
    graph('Responses with an error status', [
      restApi.metricClientError({ period: PERIOD, label: '4xx' }),
      restApi.metricServerError({ period: PERIOD, label: '5xx' }),
    ]),
    graph('Response time (including waits)', [
      restApi.metricLatency({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      restApi.metricLatency({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
  ]
}

function callRow({ calls }: OperationsDashboardProps): IWidget[] {
  return [
    graph('Tool calls by outcome', [calls.eachOf('outcome', 'failed', 'SampleCount')]),
    graph('Duration of tool calls (including waits)', [
      calls.ofCalls('duration_ms', 'p50', 'p50'),
      calls.ofCalls('duration_ms', 'p99', 'p99'),
    ]),
    graph('Cold starts', [calls.coldStarts('SampleCount', 'count')], [calls.coldStarts('p99', 'p99 ms')]),
  ]
}

/** Only for the dimensions that the stage has metrics for; the saved queries cover the rest. */
function usageRow({ calls, by }: OperationsDashboardProps): IWidget[] {
  const tools = [
    graph('Calls by tool', [calls.eachOf('tool', 'failed', 'SampleCount')]),
    graph('Duration by tool, p99', [calls.eachOf('tool', 'duration_ms', 'p99')]),
  ]
  const connectors = [graph('Calls by connector', [calls.eachOf('connector', 'failed', 'SampleCount')])]
  return [...(by.includes('tool') ? tools : []), ...(by.includes('connector') ? connectors : [])]
}

function gumloopRow({ calls }: OperationsDashboardProps): IWidget[] {
  return [
    graph('Gumloop: response time', [
      calls.ofCalls('upstream_ms', 'p50', 'p50'),
      calls.ofCalls('upstream_ms', 'p99', 'p99'),
    ]),
    graph('Gumloop: errors', [
      calls.rateLimited.with({ label: 'too many requests (429)' }),
      calls.upstreamFailed.with({ label: 'unreachable, failing, too slow' }),
      calls.credentialsRefused.with({ label: 'key rejected (401)' }),
    ]),
    graph('Internal errors', [calls.internalErrors]),
  ]
}

function runsRow({ runs }: OperationsDashboardProps): IWidget[] {
  if (runs === undefined) return []
  const { stateMachine, poller } = runs
  return [
    graph('Watched runs', [
      stateMachine.metricStarted({ period: PERIOD, label: 'started' }),
      stateMachine.metricSucceeded({ period: PERIOD, label: 'completed' }),
      stateMachine.metricFailed({ period: PERIOD, label: 'failed' }),
      stateMachine.metricTimedOut({ period: PERIOD, label: 'timed out' }),
    ]),
    graph('Watched runs: duration', [
      stateMachine.metricTime({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      stateMachine.metricTime({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
    graph('Polls of runs', [
      poller.function.metricInvocations({ period: PERIOD, label: 'all' }),
      poller.function.metricErrors({ period: PERIOD, label: 'errors' }),
    ]),
  ]
}

function functionRow({ mcp }: OperationsDashboardProps): IWidget[] {
  const { function: fn } = mcp.nodeFunction
  return [
    graph('MCP function: errors and throttles', [
      fn.metricErrors({ period: PERIOD, label: 'errors' }),
      fn.metricThrottles({ period: PERIOD, label: 'throttled' }),
    ]),
    graph('MCP function: concurrency', [
      fn.metric('ConcurrentExecutions', { period: PERIOD, statistic: 'Maximum', label: 'maximum' }),
    ]),
    graph('MCP function: duration (including waits)', [
      fn.metricDuration({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      fn.metricDuration({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
  ]
}

function stateRow({ table, admins }: OperationsDashboardProps): IWidget[] {
  const used = { period: PERIOD, statistic: 'Sum' }
  const name = { iam: 'through IAM', gateway: 'over HTTP' }
  return [
    graph('Table: consumed capacity units', [
      table.table.metricConsumedReadCapacityUnits({ ...used, label: 'read' }),
      table.table.metricConsumedWriteCapacityUnits({ ...used, label: 'write' }),
    ]),
    graph(
      'Admin functions: requests',
      admins.map(({ access, nodeFunction }) =>
        nodeFunction.function.metricInvocations({ period: PERIOD, label: name[access] }),
      ),
    ),
    graph(
      'Admin functions: errors',
      admins.map(({ access, nodeFunction }) =>
        nodeFunction.function.metricErrors({ period: PERIOD, label: name[access] }),
      ),
    ),
  ]
}

function failuresRow({ mcp }: OperationsDashboardProps): IWidget[] {
  const { name, lines } = QUERIES.failures
  const { logGroupName } = mcp.nodeFunction.logGroup
  return [
    new LogQueryWidget({
      title: name,
      logGroupNames: [logGroupName],
      queryLines: [...lines],
      width: WHOLE,
      height: 8,
    }),
  ]
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: THIRD, height: 6, leftYAxis: { min: 0 } })
}

/**
 * Host of the AWS console, which differs by partition. AWS publishes none for the isolated partitions: there, it is a
 * guess in a link of the outputs, while a missing entry would fail the deployment.
 */
function consoleHost(scope: Construct): string {
  const hosts = new CfnMapping(Stack.of(scope), 'ConsoleHosts', {
    mapping: {
      aws: { host: 'console.aws.amazon.com' },
      'aws-cn': { host: 'console.amazonaws.cn' },
      'aws-us-gov': { host: 'console.amazonaws-us-gov.com' },
      'aws-eusc': { host: 'console.amazonaws-eusc.eu' },
      'aws-iso': { host: 'console.c2s.ic.gov' },
      'aws-iso-b': { host: 'console.sc2s.sgov.gov' },
      'aws-iso-e': { host: 'console.cloud.adc-e.uk' },
      'aws-iso-f': { host: 'console.csp.hci.ic.gov' },
    },
  })
  return hosts.findInMap(Aws.PARTITION, 'host')
}
