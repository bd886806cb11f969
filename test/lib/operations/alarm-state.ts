/** CloudWatch's rule for our alarms on one metric: greater than a threshold in M of the last N periods. */
import type { DataPoint } from '../../support/embedded-metrics.ts'
import type { Json, SynthesizedStage } from '../synthesized-stage.ts'

export interface AlarmProperties {
  AlarmName: string
  AlarmDescription: string
  Namespace: string
  MetricName: string
  Dimensions?: { Name: string; Value: Json }[]
  Statistic: string
  Period: number
  Threshold: number
  ComparisonOperator: string
  TreatMissingData: string
  DatapointsToAlarm: number
  EvaluationPeriods: number
  AlarmActions: Json
}

/** The alarms of the template. */
export function alarmsOf(stage: SynthesizedStage): AlarmProperties[] {
  // One cast: the template's JSON is untyped.
  return Object.values(stage.ofType('AWS::CloudWatch::Alarm')).map(
    one => one.Properties as unknown as AlarmProperties,
  )
}

/**
 * Which metric the alarm reads: `AWS/Lambda Errors{FunctionName=McpNodeFunction…}`; a reference shows as its logical
 * id.
 */
export function metricOf({ Namespace, MetricName, Dimensions = [] }: AlarmProperties): string {
  const pairs = Dimensions.map(
    ({ Name, Value }) => `${Name}=${typeof Value === 'string' ? Value : referenced(Value)}`,
  )
  return `${Namespace} ${MetricName}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`
}

/** The whole condition in one line. */
export function conditionOf(alarm: AlarmProperties): string {
  return `${metricOf(alarm)}: ${alarm.Statistic} over ${alarm.Period} s above ${alarm.Threshold}, ${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods}`
}

/** State of the alarm at `nowMs` for these data points; those of other metrics are ignored. */
export function stateOf(alarm: AlarmProperties, points: DataPoint[], nowMs: number): 'ALARM' | 'OK' {
  if (alarm.ComparisonOperator !== 'GreaterThanThreshold' || alarm.TreatMissingData !== 'notBreaching')
    throw new Error(`${alarm.AlarmName} is of another kind`)
  const own = points.filter(point => metricOf(toProperties(alarm, point)) === metricOf(alarm))
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, at) => {
    const endMs = nowMs - at * alarm.Period * 1000
    const values = own
      .filter(({ atMs }) => atMs <= endMs && atMs > endMs - alarm.Period * 1000)
      .map(({ value }) => value)
    return values.length > 0 && statistic(alarm.Statistic, values) > alarm.Threshold
  })
  return periods.filter(Boolean).length >= alarm.DatapointsToAlarm ? 'ALARM' : 'OK'
}

function toProperties(alarm: AlarmProperties, { namespace, name, dimensions }: DataPoint): AlarmProperties {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
  return { ...alarm, Namespace: namespace, MetricName: name, Dimensions }
}

function statistic(name: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  const known: Record<string, number> = {
    Sum: sum,
    Average: sum / values.length,
    Maximum: Math.max(...values),
  }
  const found = known[name]
  if (found === undefined) throw new Error(`no statistic ${name} here`)
  return found
}

function referenced(value: Json): string {
  const [, id] = JSON.stringify(value).match(/^\{"(?:Ref":"|Fn::GetAtt":\[")(\w+)"/) ?? []
  if (id === undefined) throw new Error(`no reference: ${JSON.stringify(value)}`)
  return id
}
