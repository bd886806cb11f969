/**
 * What the functions write to their logs, as far as metrics, queries and alarms read it. The lines are written by
 * `lambda/tools/call-tool.ts`, `lambda/http/` and Lambda itself; a test runs the real code and reads its real lines, so
 * that nothing watches for a line that nobody writes.
 */
export const LOG = {
  /** One line a tool call: who, which tool, how it ended, how long, what Gumloop answered. */
  toolCall: 'tool_call',
  /** Outcomes of a tool call beside `ok`: codes of `lambda/shared/errors.ts`. */
  credentialsRefused: 'credentials_refused',
  rateLimited: 'rate_limited',
  /** Our own errors are the only lines at this level. */
  errorLevel: 'error',
  /** The poller's: a run is over and recorded; one observation of a run failed. */
  watchEnded: 'run_watch_ended',
  observationFailed: 'run_observation_failed',
  /** In the report line that Lambda writes after the first call of an environment: ms that its start took. */
  initDuration: '$.record.metrics.initDurationMs',
} as const

/** Queries in CloudWatch Logs Insights, by the name under which they are saved. */
export interface LogQuery {
  name: string
  /** Whose lines it reads. */
  reads: LogSource
  lines: string[]
}

/** The MCP function, the functions that administer, the gateway, the function that looks at runs. */
export type LogSource = 'mcp' | 'admin' | 'access' | 'poller'

export const QUERIES = {
  callsOfConnector: {
    name: 'What did one connector do (put its id in)',
    reads: 'mcp',
    lines: [
      'fields @timestamp, tool, outcome, duration_ms, upstream_status, client, request_id',
      `filter event = "${LOG.toolCall}" and connector_id = "CONNECTOR_ID"`,
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  callsByConnector: {
    name: 'Who calls how much',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}"`,
      'stats count(*) as calls, max(@timestamp) as last_call by connector_id, account_id, outcome',
      'sort calls desc',
    ],
  },
  outcomes: {
    name: 'How calls end',
    reads: 'mcp',
    lines: [`filter event = "${LOG.toolCall}"`, 'stats count(*) as calls by outcome', 'sort calls desc'],
  },
  tools: {
    name: 'Tools: use, outcome, time',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}"`,
      'stats count(*) as calls, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 99) as p99_ms by tool, outcome',
      'sort calls desc',
    ],
  },
  failures: {
    name: 'The latest failures',
    reads: 'mcp',
    lines: [
      'fields @timestamp, event, tool, outcome, upstream_status, reason, connector_id, account_id, request_id',
      `filter level = "${LOG.errorLevel}" or (event = "${LOG.toolCall}" and outcome != "ok")`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  refusedKeys: {
    name: 'Accounts whose key Gumloop refuses',
    reads: 'mcp',
    lines: [
      `filter event = "${LOG.toolCall}" and outcome = "${LOG.credentialsRefused}"`,
      'stats count(*) as refused, max(@timestamp) as last by account_id',
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
    name: 'Runs watched: how they ended',
    reads: 'poller',
    lines: [
      `filter event = "${LOG.watchEnded}"`,
      'stats count(*) as runs, avg(polls) as mean_looks, max(age_ms) as longest_ms by kind, state, outcome',
      'sort runs desc',
    ],
  },
  failedLooks: {
    name: 'Runs watched: looks that failed',
    reads: 'poller',
    lines: [
      'fields @timestamp, account_id, code, upstream_status, failures, watch_id',
      `filter event = "${LOG.observationFailed}"`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  upstream: {
    name: 'Gumloop: time and answers',
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
  door: {
    name: 'Requests by path and status',
    reads: 'access',
    lines: [
      'stats count(*) as requests, pct(latency_ms, 50) as p50_ms, pct(latency_ms, 99) as p99_ms by resource_path, method, status',
      'sort requests desc',
    ],
  },
  strangers: {
    name: 'Addresses that are turned away most',
    reads: 'access',
    lines: [
      'filter status in ["401", "403", "404", "429"]',
      'stats count(*) as refused by source_ip, status',
      'sort refused desc',
      'limit 50',
    ],
  },
} as const satisfies Record<string, LogQuery>
