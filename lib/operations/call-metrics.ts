import { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type IFilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { CALL_DIMENSION, CALL_METRIC, ENV } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { LOG } from './log-lines.ts'

const PERIOD = Duration.minutes(5)

export interface CallMetricsProps {
  /** The stack's name: two stages never add to one metric. */
  namespace: string
  /** Whose lines carry the metrics of calls. */
  mcp: NodeFunction
  /** Log groups in which an error of ours would be. */
  errorLogs: LogGroup[]
  by: StageConfig['metricsBy']
}

/** Which number of a metric: CloudWatch's own names. */
type Statistic = 'Sum' | 'SampleCount' | 'Average' | 'Maximum' | 'p50' | 'p99'

/**
 * Numbers that only our own code knows. Those of calls are in the call's log line itself, in the embedded metric
 * format (`lambda/tools/metered-logger.ts`): sums over all calls, by outcome, and as the stage wishes by tool and by
 * connector. Internal errors and cold starts are in lines of other kinds, and counted from these.
 */
export class CallMetrics extends Construct {
  /** Calls that Gumloop answered with 401: the account's key was revoked or replaced. */
  readonly credentialsRefused: Metric
  /** Calls that found Gumloop unreachable, failing or too slow. */
  readonly upstreamFailed: Metric
  /** Calls that Gumloop answered with 429. */
  readonly rateLimited: Metric
  /** Internal errors, in any function. */
  readonly internalErrors: Metric
  private readonly namespace: string
  private readonly coldStart: string

  constructor(scope: Construct, id: string, props: CallMetricsProps) {
    super(scope, id)
    this.namespace = props.namespace
    props.mcp.setEnvironment(ENV.metricNamespace, props.namespace)
    if (props.by.length > 0) props.mcp.setEnvironment(ENV.metricsBy, props.by.join(','))
    this.credentialsRefused = this.failedWith(LOG.credentialsRefused)
    this.upstreamFailed = this.metric(CALL_METRIC.upstreamFailed, 'Sum')
    this.rateLimited = this.failedWith(LOG.rateLimited)
    const errors = this.fromLines(
      'InternalErrors',
      FilterPattern.stringValue('$.level', '=', LOG.errorLevel),
      '1',
      [...props.errorLogs],
    )
    this.internalErrors = this.metric(errors, 'Sum')
    this.coldStart = this.fromLines(
      'InitDuration',
      FilterPattern.exists(LOG.initDuration),
      LOG.initDuration,
      [props.mcp.logGroup],
    )
  }

  /** A number over all calls. */
  ofCalls(name: (typeof CALL_METRIC)[keyof typeof CALL_METRIC], statistic: Statistic, label: string): Metric {
    return this.metric(name, statistic, { label })
  }

  /** How often an environment was started, or how many ms that took. */
  coldStarts(statistic: Statistic, label: string): Metric {
    return this.metric(this.coldStart, statistic, { label })
  }

  /** One line of a graph for each value that the dimension has: outcomes, tools or connectors. */
  eachOf(
    dimension: keyof typeof CALL_DIMENSION,
    name: (typeof CALL_METRIC)[keyof typeof CALL_METRIC],
    statistic: Statistic,
  ): MathExpression {
    const schema = [this.namespace, CALL_DIMENSION[dimension]].map(word => `"${word}"`).join(',')
    return new MathExpression({
      expression: `SEARCH('{${schema}} MetricName="${name}"', '${statistic}', ${PERIOD.toSeconds()})`,
      usingMetrics: {},
      label: '',
      period: PERIOD,
    })
  }

  private failedWith(outcome: string): Metric {
    const dimensionsMap = { [CALL_DIMENSION.outcome]: outcome }
    return this.metric(CALL_METRIC.failed, 'Sum', { dimensionsMap })
  }

  private metric(
    metricName: string,
    statistic: Statistic,
    more: { dimensionsMap?: Record<string, string>; label?: string } = {},
  ): Metric {
    return new Metric({ namespace: this.namespace, metricName, statistic, period: PERIOD, ...more })
  }

  private fromLines(name: string, filterPattern: IFilterPattern, value: string, logs: LogGroup[]): string {
    for (const [at, logGroup] of logs.entries()) {
      new MetricFilter(this, `${name}${at === 0 ? '' : at}`, {
        logGroup,
        filterPattern,
        metricNamespace: this.namespace,
        metricName: name,
        metricValue: value,
        unit: value === '1' ? Unit.COUNT : Unit.MILLISECONDS,
        // Where lines are counted, a quiet minute is a zero; where something is measured, it is none.
        ...(value === '1' && { defaultValue: 0 }),
      })
    }
    return name
  }
}
