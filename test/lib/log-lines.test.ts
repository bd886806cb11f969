/** No alarm, graph or query may read a line or a field that nobody writes: the lines here come from the real code. */
import { describe, expect, it } from 'vitest'
import { callTool } from '../../lambda/mcp/call-tool.ts'
import { AppError, type ErrorCode } from '../../lambda/shared/errors.ts'
import { createLogger } from '../../lambda/shared/logger.ts'
import { ACCESS_LOG_FIELDS } from '../../lib/access-log.ts'
import { type LogQuery, QUERIES } from '../../lib/log-lines.ts'
import { type Json, synthesize } from './synthesized-stage.ts'

const stage = synthesize({})

type Line = Record<string, Json>

/** The lines that one tool call leaves behind whose credentials fail with `failure`. */
async function linesOfCall(failure: Error): Promise<Line[]> {
  const lines: Line[] = []
  const credentials = () => Promise.reject(failure)
  await callTool(
    {
      name: 'list_all_gumloop_agents',
      arguments: {},
      caller: { connectorId: 'c1', accountId: 'main', config: { methods: ['read'], tags: [] } },
      deadlineMs: Date.now() + 1000,
      signal: new AbortController().signal,
      requestId: 'r1',
      client: 'test 1.0',
    },
    {
      hosts: { baseUrl: 'http://127.0.0.1:9/api/v1', streamBaseUrl: 'http://127.0.0.1:9/api/v1' },
      credentials: { get: credentials, refresh: credentials },
      logger: createLogger('info', line => lines.push(JSON.parse(line))),
    },
  )
  return lines
}

/** Whether CloudWatch's filter pattern takes the line: `{ ($.a = "x") && ($.b = "y") || … }`, as our filters are written. */
function matches(pattern: string, line: Line): boolean {
  return pattern
    .split('||')
    .some(all =>
      [...all.matchAll(/\$\.(\w+) = "([^"]*)"/g)].every(([, field = '', value]) => line[field] === value),
    )
}

interface Filter {
  FilterPattern: string
  LogGroupName: { Ref: string }
  MetricTransformations: { MetricName: string; MetricNamespace: string }[]
}

/** One cast: the template's JSON is untyped. */
const filters = Object.values(stage.ofType('AWS::Logs::MetricFilter')).map(
  one => one.Properties as unknown as Filter,
)
const metricName = (filter: Filter) => filter.MetricTransformations[0]?.MetricName

describe('metrics counted from log lines', () => {
  const broken = (code: ErrorCode) => new AppError(code, 'for the test')

  it.each<[string, Error, string[]]>([
    ['a key that Gumloop refuses', broken('credentials_refused'), ['CredentialsRefused']],
    ['Gumloop out of reach', broken('upstream_unavailable'), ['UpstreamUnavailable']],
    ['Gumloop too slow', broken('upstream_timeout'), ['UpstreamUnavailable']],
    ['too many calls', broken('rate_limited'), ['RateLimited']],
    ['a fault of ours', new Error('for the test'), ['Faults']],
    ['a mistake of the caller', broken('invalid_arguments'), []],
  ])('count %s once', async (_, failure, counted) => {
    const lines = await linesOfCall(failure)
    const ofMcp = filters.filter(filter => filter.LogGroupName.Ref.startsWith('Mcp'))
    const hits = lines.flatMap(line =>
      ofMcp.filter(filter => matches(filter.FilterPattern, line)).map(metricName),
    )
    expect(hits).toEqual(counted)
  })

  it('are what alarms and dashboard read, all of them and no others', () => {
    const read = [
      ...Object.values(stage.ofType('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties),
      ...dashboardMetrics(),
    ].flatMap(one => (one.Namespace === 'GumloopMcp-test' ? [one.MetricName] : []))
    const written = ['CredentialsRefused', 'Faults', 'RateLimited', 'UpstreamUnavailable']
    expect([...new Set(read)].sort()).toEqual(written)
    expect([...new Set(filters.map(metricName))].sort()).toEqual(written)
  })
})

/** Namespace and name of every metric on the dashboard, whose body is JSON in pieces with references between them. */
function dashboardMetrics(): { Namespace: Json; MetricName: Json }[] {
  const { DashboardBody } = stage.one('AWS::CloudWatch::Dashboard').Properties
  // One cast: the template's JSON is untyped.
  const [, pieces] = (DashboardBody as { 'Fn::Join': [string, Json[]] })['Fn::Join']
  const body: { widgets: { properties: { metrics?: Json[][] } }[] } = JSON.parse(
    pieces.map(piece => (typeof piece === 'string' ? piece : 'reference')).join(''),
  )
  return body.widgets.flatMap(({ properties: { metrics = [] } }) =>
    metrics.map(([Namespace = null, MetricName = null]) => ({ Namespace, MetricName })),
  )
}

const WORDS = new Set(
  'fields filter stats sort limit by as and or in desc asc count pct avg max bin type event record metrics'.split(
    ' ',
  ),
)

/** Names of fields that a query reads: its words without quoted texts, functions, numbers and its own new names. */
function fieldsOf(query: LogQuery): string[] {
  const text = query.lines
    .join('\n')
    .replace(/"[^"]*"/g, '')
    .replace(/\bbin\([^)]*\)/g, '')
  const made = new Set([...text.matchAll(/ as (\w+)/g)].map(match => match[1]))
  const words = [...text.matchAll(/(?<![@.\w])([a-z]\w*)(?!\w*\.)/g)].map(match => match[1] ?? '')
  return [...new Set(words)].filter(word => !WORDS.has(word) && !made.has(word))
}

describe('queries', () => {
  it('read fields that the lines have', async () => {
    const lines = [
      ...(await linesOfCall(new Error('x'))),
      ...(await linesOfCall(new AppError('forbidden', 'x'))),
    ]
    const known = new Set([...lines.flatMap(line => Object.keys(line)), 'upstream_status'])
    for (const query of Object.values(QUERIES)) {
      const available = query.reads === 'mcp' ? known : new Set(Object.keys(ACCESS_LOG_FIELDS))
      expect(fieldsOf(query).filter(field => !available.has(field))).toEqual([])
    }
    expect(fieldsOf(QUERIES.callsByConnector)).toEqual(['connector_id', 'account_id', 'outcome'])
  })

  it('are saved under the stack’s name, each on its own log group', () => {
    const saved = Object.values(stage.ofType('AWS::Logs::QueryDefinition')).map(one => one.Properties)
    expect(saved.map(one => one.Name)).toEqual(
      Object.values(QUERIES).map(query => `GumloopMcp-test/${query.name}`),
    )
    expect(saved[0]).toMatchObject({
      LogGroupNames: [{ Ref: expect.stringMatching(/^McpNodeLogs/) }],
      QueryString: expect.stringContaining(
        '\n| filter event = "tool_call" and connector_id = "CONNECTOR_ID"',
      ),
    })
    expect(synthesize({ savedQueries: 'off' }).ofType('AWS::Logs::QueryDefinition')).toEqual({})
  })
})
