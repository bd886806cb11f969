/**
 * Adds metrics to the log line of each tool call, in CloudWatch's embedded metric format: no request, no library, no
 * second line. The values of every dimension are bounded: tools of the catalog, a closed set of outcomes, and a limited
 * number of the connectors that administrators created. Everything else (account, client, request) stays a plain field
 * of the line, for queries.
 */
import type { Clock } from '../shared/clock.ts'
import type { MetricSettings } from '../shared/config.ts'
import type { LogFields, Logger, MetricMetadata } from '../shared/logger.ts'
import { CALL_DIMENSION, CALL_METRIC } from '../shared/names.ts'

/** Connectors beyond this number count in every sum, but have no metric of their own in this environment. */
export const MAX_METERED_CONNECTORS = 50

const NOT_FAILED = ['ok', 'task']
const UPSTREAM_FAILED = ['upstream_unavailable', 'upstream_timeout', 'upstream_invalid']

/** `logger` with metrics in its `tool_call` lines; all other lines are unchanged. */
export function meteredLogger(logger: Logger, settings: MetricSettings, now: Clock): Logger {
  const connectors = new Set<string>()
  const isMetered = (connector: unknown): boolean => {
    if (typeof connector !== 'string' || !settings.by.includes('connector')) return false
    if (connectors.size < MAX_METERED_CONNECTORS) connectors.add(connector)
    return connectors.has(connector)
  }
  return {
    ...logger,
    info: (event, fields = {}) => {
      if (event !== 'tool_call') return logger.info(event, fields)
      const dimensions = {
        tool: settings.by.includes('tool'),
        connector: isMetered(fields[CALL_DIMENSION.connector]),
      }
      logger.info(event, { ...fields, ...callMetrics(fields, settings.namespace, dimensions, now()) })
    },
  }
}

/** The fields to add to a tool call's line: the two that are counted, and `_aws`, which names the metrics. */
export function callMetrics(
  line: LogFields,
  namespace: string,
  by: { tool: boolean; connector: boolean },
  nowMs: number,
): LogFields {
  const outcome = String(line[CALL_DIMENSION.outcome])
  const byTool = by.tool ? [[CALL_DIMENSION.tool]] : []
  const byConnector = by.connector ? [[CALL_DIMENSION.connector]] : []
  const directives: MetricMetadata['CloudWatchMetrics'] = [
    {
      Namespace: namespace,
      Dimensions: [[], [CALL_DIMENSION.outcome], ...byTool, ...byConnector],
      Metrics: [{ Name: CALL_METRIC.failed, Unit: 'Count' }],
    },
    {
      Namespace: namespace,
      Dimensions: [[], ...byTool],
      Metrics: [{ Name: CALL_METRIC.durationMs, Unit: 'Milliseconds' }],
    },
    {
      Namespace: namespace,
      Dimensions: [[]],
      Metrics: [
        { Name: CALL_METRIC.upstreamFailed, Unit: 'Count' },
        // A call without a request to Gumloop would pull the average towards zero.
        ...(Number(line.upstream_calls) > 0
          ? [{ Name: CALL_METRIC.upstreamMs, Unit: 'Milliseconds' } as const]
          : []),
      ],
    },
  ]
  return {
    [CALL_METRIC.failed]: NOT_FAILED.includes(outcome) ? 0 : 1,
    [CALL_METRIC.upstreamFailed]: UPSTREAM_FAILED.includes(outcome) ? 1 : 0,
    _aws: { Timestamp: nowMs, CloudWatchMetrics: directives },
  }
}
