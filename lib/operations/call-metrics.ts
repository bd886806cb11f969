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
  /** The stack's name, so that stages never share a metric. */
  namespace: string
  /** The function whose log lines contain the metrics of calls. */
  mcp: NodeFunction
  /** Log groups that can contain internal errors. */
  errorLogs: LogGroup[]
  by: StageConfig['metricsBy']
}

/** CloudWatch's names of statistics. */
type Statistic = 'Sum' | 'SampleCount' | 'Average' | 'Maximum' | 'p50' | 'p99'

/**
 * Metrics from our own logs. Those of calls are in the call's log line, in the embedded metric
 * format (`lambda/tools/metered-logger.ts`): totals, by outcome, and depending on the stage by tool and by
 * connector. Internal errors and cold starts are counted from other lines.
 */
export class CallMetrics extends Construct {
  /** Calls to which Gumloop responded with 401: the account's key was revoked or replaced. */
  readonly credentialsRefused: Metric
  /** Calls for which Gumloop was unreachable, failing or too slow. */
  readonly upstreamFailed: Metric
  /** Calls to which Gumloop responded with 429. */
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

  /** A metric over all calls. */
  ofCalls(name: (typeof CALL_METRIC)[keyof typeof CALL_METRIC], statistic: Statistic, label: string): Metric {
    return this.metric(name, statistic, { label })
  }

  /** Number of cold starts, or their duration in ms. */
  coldStarts(statistic: Statistic, label: string): Metric {
    return this.metric(this.coldStart, statistic, { label })
  }

  /** One graph line per value of the dimension: outcomes, tools or connectors. */
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
        // For a count, a minute without lines is zero; for a measurement, it has no value.
        ...(value === '1' && { defaultValue: 0 }),
      })
    }
    return name
  }
}
