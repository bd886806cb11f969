/**
 * Names that the code at run time and the infrastructure in `lib/` must agree on.
 * `lib/` imports nothing else of `lambda/` but `edit-distance.ts`. It imports nothing and must stay free of logic.
 */

/** Environment variables of the functions and of the local server. */
export const ENV = {
  /** Name of the one DynamoDB table. */
  tableName: 'TABLE_NAME',
  /** Prefix of the accounts' secret names, with its trailing slash: `<stack>/accounts/`. */
  accountSecretPrefix: 'ACCOUNT_SECRET_PREFIX',
  /** Full URL prefix of Gumloop's API, without a trailing slash. */
  gumloopBaseUrl: 'GUMLOOP_BASE_URL',
  /** Full URL prefix of Gumloop's streaming host (chat completions), without a trailing slash. */
  gumloopStreamBaseUrl: 'GUMLOOP_STREAM_BASE_URL',
  /** What connector URLs start with, without a trailing slash: `https://…/v1`. */
  connectorBaseUrl: 'CONNECTOR_BASE_URL',
  /** `STREAM` or `BUFFERED`: how API Gateway takes the function's answer. */
  transferMode: 'TRANSFER_MODE',
  /** Comma-separated browser origins that may call the MCP endpoint; empty: none. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** `debug`, `info`, `warn` or `error`. */
  logLevel: 'LOG_LEVEL',
  /** ARN of the state machine that watches long runs; left out: they are not watched. */
  runWorkflowArn: 'RUN_WORKFLOW_ARN',
  /** Longest that one call may wait for a run, in seconds. */
  maxWaitSeconds: 'MAX_WAIT_SECONDS',
  /** How long one run is watched before it is given up, in hours. */
  runWatchHours: 'RUN_WATCH_HOURS',
  /** `on`: the log lines of calls hold arguments and results too. */
  logCallDetails: 'LOG_CALL_DETAILS',
  /** Name of the log group that the MCP function writes to; administration reads the calls in it. */
  callLogGroup: 'CALL_LOG_GROUP',
  /** CloudWatch namespace of the numbers that tool calls leave; not set: they leave none. */
  metricNamespace: 'METRIC_NAMESPACE',
  /** Comma-separated: what has numbers of its own beside the sums over all calls, `tool` or `connector`. */
  metricsBy: 'METRICS_BY',
} as const

/**
 * Metrics in the line of a tool call, and the dimensions they are kept by. Each name is also the name of the line's
 * field that holds the value, as the embedded metric format wants it.
 */
export const CALL_METRIC = {
  /** 1 for a call that ended with an error, else 0: its number of samples is that of the calls. */
  failed: 'failed',
  /** 1 where Gumloop could not be reached, failed or was too slow, else 0. */
  upstreamFailed: 'upstream_failed',
  durationMs: 'duration_ms',
  /** Time in which Gumloop was waited for; of calls that asked it at all. */
  upstreamMs: 'upstream_ms',
} as const
export const CALL_DIMENSION = { tool: 'tool', connector: 'connector_id', outcome: 'outcome' } as const

/**
 * First part of every path that administration answers; the MCP function answers all others. On the local server both
 * are in one process, behind the gateway the stage setting `adminApi` decides whether these are there at all.
 */
export const ADMIN_PATHS = [
  'accounts',
  'api-tokens',
  'audit',
  'catalog',
  'console',
  'deployment',
  'integrated-account',
  'openapi.json',
] as const

/** Tag of the MCP function with the stage's `reservedConcurrency`: what the command line opens a shut door to again. */
export const RESERVED_CONCURRENCY_TAG = 'gumloop-mcp:reserved-concurrency'

/** Gumloop's own hosts, used where nothing else is configured (docs/gumloop-api.md, Hosts). */
export const GUMLOOP_BASE_URL_DEFAULT = 'https://api.gumloop.com/api/v1'
export const GUMLOOP_STREAM_BASE_URL_DEFAULT = 'https://ws.gumloop.com/api/v1'

/** Names of this machine, as `URL.hostname` writes them: the only hosts that may be reached over plain http. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** What the end of a watched run is called on EventBridge: rules match on these two. */
export const RUN_EVENT = { source: 'gumloop-mcp', detailType: 'Gumloop Run Finished' } as const

/**
 * What the partition key of each kind of item begins with (docs/storage-schema.md). Each role may touch only the kinds
 * that it needs (`lib/storage/connector-table.ts`), so every key is made from these.
 */
export const ITEM_PREFIX = {
  connector: 'CONNECTOR#',
  apiToken: 'API_TOKEN#',
  account: 'ACCOUNT#',
  toolGroup: 'TOOL_GROUP#',
  audit: 'AUDIT#',
  run: 'RUN#',
  runPointer: 'RUN_POINTER#',
  start: 'START#',
  task: 'TASK#',
} as const
export type ItemKind = keyof typeof ITEM_PREFIX

/** Attributes of the table that CloudFormation has to know. See docs/storage-schema.md. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which DynamoDB may delete the item. Cleaning up only: never an access decision. */
  timeToLive: 'ttl',
  /** Index that lists records: connectors of an account, all accounts. */
  listIndex: 'list',
  listPartitionKey: 'list_pk',
  listSortKey: 'list_sk',
} as const
