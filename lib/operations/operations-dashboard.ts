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
  /** Each function that administers. */
  admins: AdminFunction[]
  api: McpApi
  table: ConnectorTable
  calls: CallMetrics
  /** What calls have metrics by. */
  by: StageConfig['metricsBy']
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
        callRow(props),
        whoAndWhatRow(props),
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

function callRow({ calls }: OperationsDashboardProps): IWidget[] {
  return [
    graph('How tool calls end', [calls.eachOf('outcome', 'failed', 'SampleCount')]),
    graph('Tool calls: time (waits included)', [
      calls.ofCalls('duration_ms', 'p50', 'p50'),
      calls.ofCalls('duration_ms', 'p99', 'p99'),
    ]),
    graph('Cold starts', [calls.coldStarts('SampleCount', 'how many')], [calls.coldStarts('p99', 'p99 ms')]),
  ]
}

/** Only what the stage has metrics for; the rest is in the saved queries. */
function whoAndWhatRow({ calls, by }: OperationsDashboardProps): IWidget[] {
  const tools = [
    graph('Calls of each tool', [calls.eachOf('tool', 'failed', 'SampleCount')]),
    graph('Time of each tool, p99', [calls.eachOf('tool', 'duration_ms', 'p99')]),
  ]
  const connectors = [
    graph('Calls over each connector', [calls.eachOf('connector', 'failed', 'SampleCount')]),
  ]
  return [...(by.includes('tool') ? tools : []), ...(by.includes('connector') ? connectors : [])]
}

function gumloopRow({ calls }: OperationsDashboardProps): IWidget[] {
  return [
    graph('Gumloop: time to answer', [
      calls.ofCalls('upstream_ms', 'p50', 'p50'),
      calls.ofCalls('upstream_ms', 'p99', 'p99'),
    ]),
    graph('Gumloop: what went wrong', [
      calls.rateLimited.with({ label: 'too many requests (429)' }),
      calls.upstreamFailed.with({ label: 'unreachable, failing, too slow' }),
      calls.credentialsRefused.with({ label: 'key refused (401)' }),
    ]),
    graph('Our own errors', [calls.internalErrors]),
  ]
}

function runsRow({ runs }: OperationsDashboardProps): IWidget[] {
  if (runs === undefined) return []
  const { stateMachine, poller } = runs
  return [
    graph('Runs watched', [
      stateMachine.metricStarted({ period: PERIOD, label: 'begun' }),
      stateMachine.metricSucceeded({ period: PERIOD, label: 'seen to their end' }),
      stateMachine.metricFailed({ period: PERIOD, label: 'lost' }),
      stateMachine.metricTimedOut({ period: PERIOD, label: 'past every limit' }),
    ]),
    graph('Runs watched: how long', [
      stateMachine.metricTime({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      stateMachine.metricTime({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
    graph('Looks at runs', [
      poller.function.metricInvocations({ period: PERIOD, label: 'all' }),
      poller.function.metricErrors({ period: PERIOD, label: 'crashed' }),
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
    graph('MCP function: time (waits included)', [
      fn.metricDuration({ period: PERIOD, statistic: 'p50', label: 'p50' }),
      fn.metricDuration({ period: PERIOD, statistic: 'p99', label: 'p99' }),
    ]),
  ]
}

function stateRow({ table, admins }: OperationsDashboardProps): IWidget[] {
  const used = { period: PERIOD, statistic: 'Sum' }
  const name = { iam: 'through IAM', gateway: 'over HTTP' }
  return [
    graph('Table: units used', [
      table.table.metricConsumedReadCapacityUnits({ ...used, label: 'read' }),
      table.table.metricConsumedWriteCapacityUnits({ ...used, label: 'written' }),
    ]),
    graph(
      'Administration: requests',
      admins.map(({ door, nodeFunction }) =>
        nodeFunction.function.metricInvocations({ period: PERIOD, label: name[door] }),
      ),
    ),
    graph(
      'Administration: crashes',
      admins.map(({ door, nodeFunction }) =>
        nodeFunction.function.metricErrors({ period: PERIOD, label: name[door] }),
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
