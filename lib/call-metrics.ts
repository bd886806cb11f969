import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type IFilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { LOG } from './log-lines.ts'

export interface CallMetricsProps {
  /** The stack's name: two stages never add to one metric. */
  namespace: string
  mcpLogs: LogGroup
  /** Of each function that administers. */
  adminLogs: LogGroup[]
}

/**
 * Numbers that only our own log lines hold, as CloudWatch metrics. Counted from the lines, so that a call pays nothing
 * for them, and without dimensions: what an alarm needs is one number, and a metric per connector or tool is a bill that
 * grows with use. Who and which are questions for the saved queries.
 */
export class CallMetrics extends Construct {
  /** Calls that Gumloop answered with 401: the account's key was revoked or replaced. */
  readonly credentialsRefused: Metric
  /** Calls that found Gumloop unreachable, failing or too slow. */
  readonly upstreamUnavailable: Metric
  /** Calls that Gumloop answered with 429. */
  readonly rateLimited: Metric
  /** Faults of our own, in any function. */
  readonly faults: Metric

  constructor(scope: Construct, id: string, props: CallMetricsProps) {
    super(scope, id)
    const count = (name: string, pattern: IFilterPattern, logs: LogGroup[]) => {
      for (const [at, logGroup] of logs.entries()) {
        new MetricFilter(this, `${name}${at === 0 ? '' : at}`, {
          logGroup,
          filterPattern: pattern,
          metricNamespace: props.namespace,
          metricName: name,
          metricValue: '1',
          defaultValue: 0,
        })
      }
      return new Metric({
        namespace: props.namespace,
        metricName: name,
        statistic: 'Sum',
        period: Duration.minutes(5),
      })
    }
    const { mcpLogs, adminLogs } = props
    this.credentialsRefused = count('CredentialsRefused', callEndedWith(LOG.credentialsRefused), [mcpLogs])
    this.upstreamUnavailable = count(
      'UpstreamUnavailable',
      FilterPattern.any(callEndedWith(LOG.upstreamUnavailable), callEndedWith(LOG.upstreamTimeout)),
      [mcpLogs],
    )
    this.rateLimited = count('RateLimited', callEndedWith(LOG.rateLimited), [mcpLogs])
    this.faults = count('Faults', FilterPattern.stringValue('$.level', '=', LOG.faultLevel), [
      mcpLogs,
      ...adminLogs,
    ])
  }
}

function callEndedWith(outcome: string) {
  return FilterPattern.all(
    FilterPattern.stringValue('$.event', '=', LOG.toolCall),
    FilterPattern.stringValue('$.outcome', '=', outcome),
  )
}
