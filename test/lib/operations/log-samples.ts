/** Log lines of the deployed functions, written by the real code with the environment of the template. */
import type { Administration } from '../../../lambda/admin/administration.ts'
import type { Principal } from '../../../lambda/auth/authenticate.ts'
import { createAdminApp } from '../../../lambda/http/admin-app.ts'
import { readMcpConfig } from '../../../lambda/shared/config.ts'
import type { ErrorCode } from '../../../lambda/shared/errors.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { callTool } from '../../../lambda/tools/call-tool.ts'
import { meteredLogger } from '../../../lambda/tools/metered-logger.ts'
import { type DataPoint, dataPointsOf } from '../../support/embedded-metrics.ts'
import { ok, startLongRuns } from '../../support/long-runs.ts'
import { type ScriptedAnswer, startScriptedUpstream } from '../../support/scripted-upstream.ts'
import type { Json, SynthesizedStage } from '../synthesized-stage.ts'

export type Line = Record<string, Json>

/** Outcome of a call, and Gumloop's response for it; none: Gumloop is not called. */
const UPSTREAM = {
  ok: { status: 200, json: { agents: [] } },
  forbidden: { status: 403, json: {} },
  rate_limited: { status: 429, json: {} },
  credentials_refused: { status: 401, json: {} },
  upstream_unavailable: { status: 500, json: {} },
  upstream_timeout: undefined,
  invalid_arguments: undefined,
  error: undefined,
} as const satisfies Partial<Record<ErrorCode | 'ok' | 'error', ScriptedAnswer | undefined>>
export type Ending = keyof typeof UPSTREAM

const PRINCIPAL: Principal = {
  connectorId: 'k3v9q0c2m7x1b8zd',
  connectorName: 'test',
  accountId: 'main',
  config: {
    methods: ['read'],
    tags: [],
    tool_exposure: 'essentials',
    require_api_token_auth: false,
    max_result_characters: 48_000,
  },
  expiresAtMs: null,
  createdBy: 'test',
}

/** The lines that one tool call writes to the log of `stage`'s MCP function at `nowMs`. */
export async function linesOfCall(
  stage: SynthesizedStage,
  ending: Ending,
  nowMs = Date.now(),
): Promise<Line[]> {
  const lines: Line[] = []
  const logger = createLogger('info', line => lines.push(JSON.parse(line)))
  const { metrics } = readMcpConfig(environmentOf(stage))
  const upstream = await startScriptedUpstream()
  upstream.script(UPSTREAM[ending] ?? { status: 500 })
  const credentials = async () => {
    if (ending === 'error') throw new Error('for the test')
    return { apiKey: 'key', userId: 'user' }
  }
  await callTool(
    {
      principal: PRINCIPAL,
      permit: { keys: [], configFrom: () => PRINCIPAL.config, read: async () => [] },
      deadlineMs: Date.now() + (ending === 'upstream_timeout' ? 0 : 5000),
      signal: new AbortController().signal,
      requestId: 'r1',
      client: 'test 1.0',
      protocolVersion: '2025-11-25',
      logger: metrics === undefined ? logger : meteredLogger(logger, metrics, () => nowMs),
    },
    {
      name: 'list_all_gumloop_agents',
      arguments: ending === 'invalid_arguments' ? { limit: 'many' } : {},
      acceptsTask: false,
    },
    {
      hosts: { baseUrl: upstream.baseUrl, streamBaseUrl: upstream.baseUrl },
      credentials: { get: credentials, refresh: credentials },
    },
  )
  await upstream.close()
  return lines
}

/** The lines of an admin request that fails with an internal error. */
export async function linesOfAdminError(): Promise<Line[]> {
  const lines: Line[] = []
  const app = createAdminApp({
    // Never called: the error comes first.
    administration: {} as Administration,
    access: { kind: 'bearer', authenticate: () => Promise.reject(new Error('for the test')) },
    logger: createLogger('info', line => lines.push(JSON.parse(line))),
  })
  await app.request('/accounts')
  return lines
}

/** The lines of a watched run with one failed observation. */
export async function linesOfWatchedRun(): Promise<Line[]> {
  const server = await startLongRuns()
  const url = await server.connector()
  const input = { agent_id: 'agt_security_audit', input: 'Audit, take 3 seconds.' }
  const { session_id } = await ok(url, 'create_a_gumloop_session', input)
  const waiting = ok(url, 'wait_for_gumloop_session', { session_id })
  await server.observed(session_id)
  server.sandbox.injectFailure({ kind: '500', path: '/sessions/*', times: 1 })
  await waiting
  await server.close()
  return server.lines()
}

/**
 * Lambda's report line after the first call of an environment, with the fields that AWS documents for its JSON format.
 */
export function reportLine(initDurationMs: number | undefined): Line {
  const metrics = { durationMs: 9.4, billedDurationMs: 10, memorySizeMB: 512, maxMemoryUsedMB: 98 }
  return {
    time: '2026-11-22T12:00:00.000Z',
    type: 'platform.report',
    record: {
      requestId: 'r1',
      status: 'success',
      metrics: { ...metrics, ...(initDurationMs !== undefined && { initDurationMs }) },
    },
  }
}

/** The metrics that CloudWatch derives from lines of the MCP function: embedded ones, and those of metric filters. */
export function metricsFrom(stage: SynthesizedStage, lines: Line[], nowMs: number): DataPoint[] {
  const counted = metricFilters(stage)
    .filter(({ logGroup }) => logGroup.startsWith('Mcp'))
    .flatMap(({ pattern, namespace, name, value }) =>
      lines
        .filter(line => matches(pattern, line))
        .map(line => ({
          namespace,
          name,
          dimensions: {},
          value: value.startsWith('$') ? Number(fieldAt(value, line)) : Number(value),
          atMs: nowMs,
        })),
    )
  return [...lines.flatMap(dataPointsOf), ...counted]
}

/** The metric filters of the template. `logGroup` is the logical id. */
export function metricFilters(stage: SynthesizedStage) {
  return Object.values(stage.ofType('AWS::Logs::MetricFilter')).map(({ Properties }) => {
    // One cast: the template's JSON is untyped.
    const { FilterPattern, LogGroupName, MetricTransformations } = Properties as unknown as {
      FilterPattern: string
      LogGroupName: { Ref: string }
      MetricTransformations: [{ MetricName: string; MetricNamespace: string; MetricValue: string }]
    }
    const [{ MetricName, MetricNamespace, MetricValue }] = MetricTransformations
    return {
      pattern: FilterPattern,
      logGroup: LogGroupName.Ref,
      namespace: MetricNamespace,
      name: MetricName,
      value: MetricValue,
    }
  })
}

/**
 * Whether CloudWatch's filter pattern matches the line, for the two forms that we use: a field's value, or its
 * existence.
 */
function matches(pattern: string, line: Line): boolean {
  const [, field = '', value] = pattern.match(/^\{ (\$[.\w]+) = "?([^"]*?)"? \}$/) ?? []
  if (value === undefined) throw new Error(`a pattern of another kind: ${pattern}`)
  const found = fieldAt(field, line)
  return value === '*' ? found !== undefined : found === value
}

function fieldAt(path: string, line: Line): Json | undefined {
  return path
    .slice(2)
    .split('.')
    .reduce<Json | undefined>(
      (at, key) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? at[key] : undefined),
      line,
    )
}

/** The MCP function's variables, with placeholders for references. */
function environmentOf(stage: SynthesizedStage): Record<string, string> {
  // One cast: the template's JSON is untyped.
  const { Variables } = stage.one('AWS::Lambda::Function', 'McpNode').Properties.Environment as {
    Variables: Record<string, Json>
  }
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'reference']),
  )
}
