/**
 * Every alarm goes off when what it watches for happens, in a metric that somebody really writes: our own code, whose
 * lines are made here, or AWS, whose metrics and dimensions are those of its documentation.
 */
import { describe, expect, it } from 'vitest'
import type { DataPoint } from '../../support/embedded-metrics.ts'
import { synthesize } from '../synthesized-stage.ts'
import { type AlarmProperties, alarmsOf, metricOf, stateOf } from './alarm-state.ts'
import { type Ending, linesOfCall, metricsFrom, reportLine } from './log-samples.ts'

const stage = synthesize({ reservedConcurrency: 10, adminApi: 'on' })
const NOW_MS = Date.UTC(2026, 10, 22, 12)
const alarms = alarmsOf(stage)
const articleOf = ({ AlarmName }: AlarmProperties) => AlarmName.replace(/^GumloopMcp-test-/, '')

/** Data points of our own code: calls with this outcome, `minutesAgo`. */
async function calls(ending: Ending, count: number, minutesAgo = 0): Promise<DataPoint[]> {
  const atMs = NOW_MS - minutesAgo * 60_000
  const lines = await linesOfCall(stage, ending, atMs)
  return Array.from({ length: count }, () => metricsFrom(stage, lines, atMs)).flat()
}

/** Data points as AWS writes them: one per value, a minute apart, the last one now. */
function written(
  metric: { namespace: string; name: string; dimensions: Record<string, string> },
  values: number[],
) {
  return values.map(
    (value, at): DataPoint => ({ ...metric, value, atMs: NOW_MS - (values.length - 1 - at) * 60_000 }),
  )
}

const functionId = (prefix: string) => {
  const [id = ''] = Object.keys(stage.ofType('AWS::Lambda::Function')).filter(one => one.startsWith(prefix))
  return id
}
/** docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: per function, and also by alias. */
const lambda = (prefix: string, name: 'Errors' | 'Throttles' | 'Duration' | 'ConcurrentExecutions') => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: functionId(prefix) },
})
/** docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
const gateway = (name: '5XXError') => ({
  namespace: 'AWS/ApiGateway',
  name,
  dimensions: { ApiName: String(stage.one('AWS::ApiGateway::RestApi').Properties.Name) },
})

/** docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html: counts are written as ones. */
const machine = (name: 'ExecutionsFailed' | 'ExecutionsTimedOut' | 'ExecutionsAborted') => ({
  namespace: 'AWS/States',
  name,
  dimensions: { StateMachineArn: Object.keys(stage.ofType('AWS::StepFunctions::StateMachine'))[0] ?? '' },
})

/** Problems, and similar situations that must not trigger an alarm. */
const STORIES: Record<string, { bad: () => Promise<DataPoint[]>; fine: () => Promise<DataPoint[]> }> = {
  'mcp-errors': {
    bad: async () => written(lambda('McpNode', 'Errors'), [0.02, 0, 0.5, 0.02]),
    fine: async () => written(lambda('McpNode', 'Errors'), [0, 1, 0.01, 1]),
  },
  'mcp-throttles': {
    bad: async () => written(lambda('McpNode', 'Throttles'), [1]),
    fine: async () => written(lambda('AdminNode', 'Throttles'), [1]),
  },
  'mcp-near-timeout': {
    bad: async () => written(lambda('McpNode', 'Duration'), [309_500]),
    fine: async () => written(lambda('McpNode', 'Duration'), [300_900]),
  },
  'mcp-concurrency': {
    bad: async () => written(lambda('McpNode', 'ConcurrentExecutions'), [9, 1, 1, 1, 1, 10]),
    fine: async () => written(lambda('McpNode', 'ConcurrentExecutions'), [8, 8, 8, 8, 8, 10]),
  },
  'api-5xx': {
    bad: async () => written(gateway('5XXError'), [0.02, 0.02, 0.02]),
    fine: async () => written(gateway('5XXError'), [0.02, 0.02, 0]),
  },
  'admin-errors': {
    bad: async () => written(lambda('AdminNode', 'Errors'), [1]),
    fine: async () => written(lambda('AdminApiNode', 'Errors'), [1]),
  },
  'admin-api-errors': {
    bad: async () => written(lambda('AdminApiNode', 'Errors'), [1]),
    fine: async () => written(lambda('AdminNode', 'Errors'), [1]),
  },
  'runs-failed': {
    bad: async () => written(machine('ExecutionsFailed'), [1]),
    fine: async () => written(machine('ExecutionsAborted'), [1]),
  },
  'runs-timed-out': {
    bad: async () => written(machine('ExecutionsTimedOut'), [1]),
    fine: async () => written(machine('ExecutionsFailed'), [1]),
  },
  'poller-errors': {
    bad: async () => written(lambda('RunsPoller', 'Errors'), [0.2, 0, 1, 0.5]),
    fine: async () => written(lambda('RunsPoller', 'Errors'), [0.1, 1, 0, 1]),
  },
  'internal-errors': { bad: () => calls('error', 3), fine: () => calls('error', 2) },
  'credentials-refused': { bad: () => calls('credentials_refused', 1), fine: () => calls('forbidden', 50) },
  'gumloop-unavailable': {
    bad: async () => [
      ...(await calls('upstream_unavailable', 5, 6)),
      ...(await calls('upstream_timeout', 5)),
    ],
    fine: async () => [
      ...(await calls('upstream_unavailable', 50, 6)),
      ...(await calls('upstream_timeout', 4)),
    ],
  },
}

describe.each(alarms.map(alarm => ({ article: articleOf(alarm), alarm })))(
  '$article',
  ({ article, alarm }) => {
    it('fires for its problem, and not for less', async () => {
      const story = STORIES[article]
      if (story === undefined) throw new Error(`tell in STORIES what breaks the alarm ${article}`)
      const [bad, fine] = [await story.bad(), await story.fine()]
      expect(bad.length * fine.length).toBeGreaterThan(0)
      expect([stateOf(alarm, bad, NOW_MS), stateOf(alarm, fine, NOW_MS)]).toEqual(['ALARM', 'OK'])
    })

    it('clears by itself, and stays silent without data', async () => {
      const bad = (await STORIES[article]?.bad()) ?? []
      expect(stateOf(alarm, bad, NOW_MS + 3_600_000)).toBe('OK')
      expect(
        stateOf(alarm, [...(await calls('ok', 20)), ...(await calls('invalid_arguments', 20))], NOW_MS),
      ).toBe('OK')
    })
  },
)

it('every alarm has a scenario here, and reads a metric that something writes', () => {
  expect(Object.keys(STORIES).sort()).toEqual(alarms.map(articleOf).sort())
  const writers = new Set(alarms.map(alarm => metricOf(alarm).split(' ')[0]))
  expect([...writers].sort()).toEqual(['AWS/ApiGateway', 'AWS/Lambda', 'AWS/States', 'GumloopMcp-test'])
})

describe('every metric of the dashboard', () => {
  it('is written, with the names and dimensions that the dashboard reads', async () => {
    const endings: Ending[] = ['ok', 'error', 'rate_limited', 'credentials_refused']
    const lines = await Promise.all(endings.map(ending => linesOfCall(stage, ending)))
    const reports = [reportLine(612.5), reportLine(undefined)]
    const points = metricsFrom(stage, [...lines.flat(), ...reports], NOW_MS)
    const names = points
      .filter(({ namespace }) => namespace === 'GumloopMcp-test')
      .map(({ name, dimensions }) => `${name} by ${Object.keys(dimensions).join(',')}`)
    const asked = dashboardMetrics().filter(({ namespace }) => namespace === 'GumloopMcp-test')
    expect(asked.length).toBeGreaterThan(8)
    for (const { name, dimensions } of asked) expect(names).toContain(`${name} by ${dimensions.join(',')}`)
    expect(points.filter(({ name }) => name === 'InitDuration').map(({ value }) => value)).toEqual([612.5])
  })
})

/** Every metric of ours on the dashboard: a line of a graph, or a search for all values of a dimension. */
function dashboardMetrics(): { namespace: string; name: string; dimensions: string[] }[] {
  // One cast: the template's JSON is untyped.
  const [, pieces] = (
    stage.one('AWS::CloudWatch::Dashboard').Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] }
  )['Fn::Join']
  const body: { widgets: { properties: { metrics?: unknown[][] } }[] } = JSON.parse(
    pieces.map(piece => (typeof piece === 'string' ? piece : 'reference')).join(''),
  )
  return body.widgets.flatMap(({ properties: { metrics = [] } }) =>
    metrics.map(metric => {
      const [first] = metric
      if (typeof first === 'object' && first !== null && 'expression' in first) {
        const [, namespace = '', dimension = '', name = ''] =
          String(first.expression).match(
            /^SEARCH\('\{"([^"]+)","([^"]+)"\} MetricName="([^"]+)"', '\w+', 300\)$/,
          ) ?? []
        return { namespace, name, dimensions: [dimension] }
      }
      const [namespace, name, ...pairs] = metric.filter(one => typeof one === 'string')
      return {
        namespace: String(namespace),
        name: String(name),
        dimensions: pairs.filter((_, at) => at % 2 === 0).map(String),
      }
    }),
  )
}
