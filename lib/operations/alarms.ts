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

/** In the checkout; a stage can name an address instead, where those who get the e-mails find it. */
export const DEFAULT_RUNBOOK = 'docs/runbook.md'

/** Our own deadlines end every call earlier than this before Lambda does; one that comes nearer is stuck. */
const NEAR_TIMEOUT_SECONDS = 1
/**
 * A share of failures is judged minute by minute: in three of ten minutes too many of them is an error that lasts, one
 * failed call in a quiet night is none, and a canary of five minutes is still taken back in time.
 */
const LASTING = { breaching: 3, of: 10 }
/** One in a hundred. `Average` of a metric that is 0 or 1 for each call is the share of the calls. */
const FAILED_SHARE = { period: Duration.minutes(1), statistic: 'Average' }

export interface AlarmsProps {
  stage: StageConfig
  names: StackNames
  topic: AlarmTopic
  mcp: McpFunction
  runs: RunWorkflow | undefined
  /** Each function that administers. */
  admins: AdminFunction[]
  api: McpApi
  calls: CallMetrics
}

interface Watch {
  /** Also the anchor of its article in docs/runbook.md. */
  article: string
  /** What is the matter, for the first line of the e-mail. */
  says: string
  metric: IMetric
  /** Alarm above this value. */
  above: number
  /** In how many of the last periods; left out: one alone is enough. */
  periods?: { breaching: number; of: number }
}

/** The alarms. Each names its article in the runbook, where it says what to look at and what to do. */
export class Alarms extends Construct {
  readonly all: Alarm[]
  /** What takes a bad release back. */
  readonly rollback: Alarm[]

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const runbook = props.stage.runbookUrl ?? DEFAULT_RUNBOOK
    const alarms = watches(props).map(watch => {
      const alarm = new Alarm(this, watch.article, {
        alarmName: `${props.names.stack}-${watch.article}`,
        alarmDescription: `${watch.says} What to do: ${runbook}#${watch.article}`,
        metric: watch.metric,
        threshold: watch.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: watch.periods?.of ?? 1,
        datapointsToAlarm: watch.periods?.breaching ?? 1,
        // No call is no trouble.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      alarm.addAlarmAction(new SnsAction(props.topic.topic))
      alarm.addOkAction(new SnsAction(props.topic.topic))
      return { alarm, article: watch.article }
    })
    this.all = alarms.map(({ alarm }) => alarm)
    this.rollback = alarms
      .filter(({ article }) => ['mcp-errors', 'api-5xx', 'internal-errors'].includes(article))
      .map(({ alarm }) => alarm)
  }
}

function watches({ stage, mcp, runs, admins, api, calls }: AlarmsProps): Watch[] {
  const fn = mcp.nodeFunction.function
  const every = { period: Duration.minutes(5) }
  const longestSeconds = timeLimits(stage).functionSeconds - NEAR_TIMEOUT_SECONDS
  return [
    {
      article: 'mcp-errors',
      says: 'More than 1 % of the MCP function’s invocations crash or time out.',
      metric: fn.metricErrors(FAILED_SHARE),
      above: 0.01,
      periods: LASTING,
    },
    {
      article: 'mcp-throttles',
      says: 'Lambda turns calls away: the reserved concurrency or the account’s is used up.',
      metric: fn.metricThrottles(every),
      above: 0,
    },
    {
      article: 'mcp-near-timeout',
      says: `A call ran for more than ${longestSeconds} s, longer than any wait may.`,
      metric: fn.metricDuration({ ...every, statistic: 'Maximum' }),
      above: longestSeconds * 1000,
    },
    ...concurrency(stage, mcp),
    {
      article: 'api-5xx',
      says: 'More than 1 % of the requests are answered with a 5xx status.',
      metric: api.restApi.metricServerError(FAILED_SHARE),
      above: 0.01,
      periods: LASTING,
    },
    {
      article: 'internal-errors',
      says: 'The functions log internal errors.',
      metric: calls.internalErrors,
      above: 2,
    },
    ...ofRuns(runs),
    ...admins.map(({ door, nodeFunction }) => ({
      article: door === 'iam' ? 'admin-errors' : 'admin-api-errors',
      says: 'A function that administers crashed or timed out.',
      metric: nodeFunction.function.metricErrors(every),
      above: 0,
    })),
    {
      article: 'credentials-refused',
      says: 'Gumloop refuses the key of an account, so its connectors do nothing.',
      metric: calls.credentialsRefused,
      above: 0,
    },
    {
      article: 'gumloop-unavailable',
      says: 'Gumloop cannot be reached, fails or is too slow.',
      metric: calls.upstreamFailed,
      above: 4,
      periods: { breaching: 2, of: 3 },
    },
  ]
}

function ofRuns(runs: RunWorkflow | undefined): Watch[] {
  if (runs === undefined) return []
  const every = { period: Duration.minutes(5) }
  return [
    {
      article: 'runs-failed',
      says: 'The watch of a run failed: its end was not recorded.',
      metric: runs.stateMachine.metricFailed(every),
      above: 0,
    },
    {
      article: 'runs-timed-out',
      says: 'The watch of a run went on past every limit of its own.',
      metric: runs.stateMachine.metricTimedOut(every),
      above: 0,
    },
    {
      article: 'poller-errors',
      says: 'More than 10 % of the looks at runs crash or time out.',
      metric: runs.poller.function.metricErrors(FAILED_SHARE),
      above: 0.1,
      periods: LASTING,
    },
  ]
}

function concurrency(stage: StageConfig, mcp: McpFunction): Watch[] {
  const reserved = stage.reservedConcurrency ?? 0
  if (reserved === 0) return []
  return [
    {
      article: 'mcp-concurrency',
      says: `The MCP function uses more than 80 % of the ${reserved} simultaneous calls reserved for it.`,
      metric: mcp.nodeFunction.function.metric('ConcurrentExecutions', {
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      above: Math.floor(reserved * 0.8),
      periods: { breaching: 2, of: 3 },
    },
  ]
}
