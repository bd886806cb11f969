import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Construct } from 'constructs'
import type { McpApi } from '../api/mcp-api.ts'
import type { AdminFunction } from '../functions/admin-function.ts'
import type { McpFunction } from '../functions/mcp-function.ts'
import type { RunWorkflow } from '../runs/run-workflow.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { timeLimits } from '../stage/time-limits.ts'
import type { AlarmTopic } from './alarm-topic.ts'
import type { CallMetrics } from './call-metrics.ts'

/** In the checkout; a stage can set a URL that the recipients of the e-mails can open. */
export const DEFAULT_RUNBOOK = 'docs/runbook.md'

/** Our own deadlines end every call earlier than this before Lambda's timeout; a call that takes longer is stuck. */
const NEAR_TIMEOUT_SECONDS = 1
/**
 * The error rate is evaluated per minute: three of ten minutes above the threshold are a lasting problem, one
 * failed call at night is not, and a canary of five minutes is still rolled back in time.
 */
const LASTING_PROBLEM = { breaching: 3, of: 10 }
/** The `Average` of a metric that is 0 or 1 per call is the error rate. */
const ERROR_RATE = { period: Duration.minutes(1), statistic: 'Average' }

export interface AlarmsProps {
  stage: StageConfig
  names: StackNames
  topic: AlarmTopic
  mcp: McpFunction
  runs: RunWorkflow | undefined
  /** The admin functions. */
  admins: AdminFunction[]
  api: McpApi
  calls: CallMetrics
}

interface AlarmDefinition {
  /** Name of the alarm, and anchor of its article in docs/runbook.md. */
  article: string
  /** What is wrong: the first line of the e-mail. */
  problem: string
  metric: IMetric
  /** Alarm above this value. */
  above: number
  /** In how many of the last periods (default: a single one). */
  periods?: { breaching: number; of: number }
}

/** The alarms. Each links to its article in the runbook, which says what to check and what to do. */
export class Alarms extends Construct {
  readonly all: Alarm[]
  /** The alarms that roll back a bad release. */
  readonly rollback: Alarm[]

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const runbook = props.stage.runbookUrl ?? DEFAULT_RUNBOOK
    const alarms = alarmDefinitions(props).map(definition => {
      const alarm = new Alarm(this, definition.article, {
        alarmName: `${props.names.stack}-${definition.article}`,
        alarmDescription: `${definition.problem} What to do: ${runbook}#${definition.article}`,
        metric: definition.metric,
        threshold: definition.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: definition.periods?.of ?? 1,
        datapointsToAlarm: definition.periods?.breaching ?? 1,
        // No calls means no problem.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      alarm.addAlarmAction(new SnsAction(props.topic.topic))
      alarm.addOkAction(new SnsAction(props.topic.topic))
      return { alarm, article: definition.article }
    })
    this.all = alarms.map(({ alarm }) => alarm)
    this.rollback = alarms
      .filter(({ article }) => ['mcp-errors', 'api-5xx', 'internal-errors'].includes(article))
      .map(({ alarm }) => alarm)
  }
}

function alarmDefinitions({ stage, mcp, runs, admins, api, calls }: AlarmsProps): AlarmDefinition[] {
  const fn = mcp.nodeFunction.function
  const every = { period: Duration.minutes(5) }
  const longestSeconds = timeLimits(stage).functionSeconds - NEAR_TIMEOUT_SECONDS
  return [
    {
      article: 'mcp-errors',
      problem: 'More than 1 % of the MCP function’s invocations crash or time out.',
      metric: fn.metricErrors(ERROR_RATE),
      above: 0.01,
      periods: LASTING_PROBLEM,
    },
    {
      article: 'mcp-throttles',
      problem: 'Lambda throttles calls: the reserved concurrency, or the AWS account’s, is used up.',
      metric: fn.metricThrottles(every),
      above: 0,
    },
    {
      article: 'mcp-near-timeout',
      problem: `A call ran for more than ${longestSeconds} s, which is longer than any wait can take.`,
      metric: fn.metricDuration({ ...every, statistic: 'Maximum' }),
      above: longestSeconds * 1000,
    },
    ...concurrency(stage, mcp),
    {
      article: 'api-5xx',
      problem: 'More than 1 % of the requests get a 5xx response.',
      metric: api.restApi.metricServerError(ERROR_RATE),
      above: 0.01,
      periods: LASTING_PROBLEM,
    },
    {
      article: 'internal-errors',
      problem: 'The functions log internal errors.',
      metric: calls.internalErrors,
      above: 2,
    },
    ...ofRuns(runs),
    ...admins.map(({ access, nodeFunction }) => ({
      article: access === 'iam' ? 'admin-errors' : 'admin-api-errors',
      problem: 'An admin function crashed or timed out.',
      metric: nodeFunction.function.metricErrors(every),
      above: 0,
    })),
    {
      article: 'credentials-refused',
      problem: 'Gumloop rejects the key of an account, so its connectors do not work.',
      metric: calls.credentialsRefused,
      above: 0,
    },
    {
      article: 'gumloop-unavailable',
      problem: 'Gumloop is unreachable, failing or too slow.',
      metric: calls.upstreamFailed,
      above: 4,
      periods: { breaching: 2, of: 3 },
    },
  ]
}

function ofRuns(runs: RunWorkflow | undefined): AlarmDefinition[] {
  if (runs === undefined) return []
  const every = { period: Duration.minutes(5) }
  return [
    {
      article: 'runs-failed',
      problem: 'The watch of a run failed: the end of the run was not recorded.',
      metric: runs.stateMachine.metricFailed(every),
      above: 0,
    },
    {
      article: 'runs-timed-out',
      problem: 'The watch of a run did not end within its own time limits.',
      metric: runs.stateMachine.metricTimedOut(every),
      above: 0,
    },
    {
      article: 'poller-errors',
      problem: 'More than 10 % of the poller’s invocations crash or time out.',
      metric: runs.poller.function.metricErrors(ERROR_RATE),
      above: 0.1,
      periods: LASTING_PROBLEM,
    },
  ]
}

function concurrency(stage: StageConfig, mcp: McpFunction): AlarmDefinition[] {
  const reserved = stage.reservedConcurrency ?? 0
  if (reserved === 0) return []
  return [
    {
      article: 'mcp-concurrency',
      problem: `The MCP function uses more than 80 % of its reserved concurrency (${reserved}).`,
      metric: mcp.nodeFunction.function.metric('ConcurrentExecutions', {
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      above: Math.floor(reserved * 0.8),
      periods: { breaching: 2, of: 3 },
    },
  ]
}
