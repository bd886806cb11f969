/**
 * The log lines that metrics, queries and alarms read. They are written by
 * `lambda/tools/call-tool.ts`, `lambda/http/` and Lambda itself; a test runs the real code and reads its lines, so
 * that nothing reads a line that nobody writes.
 */
export const LOG = {
  /** One line per tool call: connector, tool, outcome, duration, Gumloop's status. */
  toolCall: 'tool_call',
  /** Outcomes of failed tool calls: codes of `lambda/shared/errors.ts`. */
  credentialsRefused: 'credentials_refused',
  rateLimited: 'rate_limited',
  /** Only internal errors have this level. */
  errorLevel: 'error',
  /** Lines of the poller: a run has ended and is recorded; one observation of a run failed. */
  watchEnded: 'run_watch_ended',
  observationFailed: 'run_observation_failed',
  /** Duration of a cold start in ms, in Lambda's report line after the first call of an environment. */
  initDuration: '$.record.metrics.initDurationMs',
} as const

/** A saved query of CloudWatch Logs Insights. */
export interface LogQuery {
  name: string
  /** The logs that it reads. */
  reads: LogSource
  lines: string[]
}

/** Logs of the MCP function, the admin functions, the gateway, and the poller. */
export type LogSource = 'mcp' | 'admin' | 'access' | 'poller'

export const QUERIES = {
  callsOfConnector: {
    name: 'Calls of one connector (insert its id)',
    reads: 'mcp',
    lines: [
      'fields @timestamp, tool, outcome, duration_ms, upstream_status, client, request_id',
      `filter event = "${LOG.toolCall}" and connector_id = "CONNECTOR_ID"`,
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  callsByConnector: {
    name: 'Calls by connector',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}"`,
      'stats count(*) as calls, max(@timestamp) as last_call by connector_id, account_id, outcome',
      'sort calls desc',
    ],
  },
  outcomes: {
    name: 'Calls by outcome',
    reads: 'mcp',
    lines: [`filter event = "${LOG.toolCall}"`, 'stats count(*) as calls by outcome', 'sort calls desc'],
  },
  tools: {
    name: 'Calls by tool, with duration',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}"`,
      'stats count(*) as calls, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 99) as p99_ms by tool, outcome',
      'sort calls desc',
    ],
  },
  failures: {
    name: 'Latest failures',
    reads: 'mcp',
    lines: [
      'fields @timestamp, event, tool, outcome, upstream_status, reason, connector_id, account_id, request_id',
      `filter level = "${LOG.errorLevel}" or (event = "${LOG.toolCall}" and outcome != "ok")`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  rejectedKeys: {
    name: 'Accounts whose key Gumloop rejects',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}" and outcome = "${LOG.credentialsRefused}"`,
      'stats count(*) as rejected, max(@timestamp) as last by account_id',
    ],
  },
  adminErrors: {
    name: 'Administration: internal errors',
    reads: 'admin',
    lines: [
      'fields @timestamp, event, message, cause',
      `filter level = "${LOG.errorLevel}"`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  runs: {
    name: 'Watched runs by outcome',
    reads: 'poller',
    lines: [
      `filter event = "${LOG.watchEnded}"`,
      'stats count(*) as runs, avg(polls) as mean_polls, max(age_ms) as longest_ms by kind, state, outcome',
      'sort runs desc',
    ],
  },
  failedPolls: {
    name: 'Failed polls of runs',
    reads: 'poller',
    lines: [
      'fields @timestamp, account_id, code, upstream_status, failures, watch_id',
      `filter event = "${LOG.observationFailed}"`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  upstream: {
    name: 'Gumloop: response time',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}" and upstream_calls > 0`,
      'stats pct(upstream_ms, 50) as p50_ms, pct(upstream_ms, 99) as p99_ms by bin(5m)',
    ],
  },
  coldStarts: {
    name: 'Cold starts and memory',
    reads: 'mcp',
    lines: [
      'filter type = "platform.report"',
      'stats count(record.metrics.initDurationMs) as cold_starts, avg(record.metrics.initDurationMs) as mean_init_ms, max(record.metrics.maxMemoryUsedMB) as max_memory_mb by bin(1h)',
    ],
  },
  requests: {
    name: 'Requests by route and status',
    reads: 'access',
    lines: [
      'stats count(*) as requests, pct(latency_ms, 50) as p50_ms, pct(latency_ms, 99) as p99_ms by resource_path, method, status',
      'sort requests desc',
    ],
  },
  rejectedAddresses: {
    name: 'Addresses with the most rejected requests',
    reads: 'access',
    lines: [
      'filter status in ["401", "403", "404", "429"]',
      'stats count(*) as rejected by source_ip, status',
      'sort rejected desc',
      'limit 50',
    ],
  },
} as const satisfies Record<string, LogQuery>
