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
  /** ARN of the KMS key that encrypts the accounts' secrets; not set: the key that AWS manages for Secrets Manager. */
  accountSecretKeyArn: 'ACCOUNT_SECRET_KEY_ARN',
  /** Full URL prefix of Gumloop's API, without a trailing slash. */
  gumloopBaseUrl: 'GUMLOOP_BASE_URL',
  /** Full URL prefix of Gumloop's streaming host (chat completions), without a trailing slash. */
  gumloopStreamBaseUrl: 'GUMLOOP_STREAM_BASE_URL',
  /** Prefix of connector URLs, without a trailing slash: `https://…/v1`. */
  connectorBaseUrl: 'CONNECTOR_BASE_URL',
  /** `STREAM` or `BUFFERED`: API Gateway's response transfer mode. */
  transferMode: 'TRANSFER_MODE',
  /** Comma-separated browser origins that may call the MCP endpoint; empty: none. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** `debug`, `info`, `warn` or `error`. */
  logLevel: 'LOG_LEVEL',
  /** ARN of the state machine that watches long runs; not set: they are not watched. */
  runWorkflowArn: 'RUN_WORKFLOW_ARN',
  /** Maximum time that one call may wait for a run, in seconds. */
  maxWaitSeconds: 'MAX_WAIT_SECONDS',
  /** Maximum time that one run is watched, in hours. */
  runWatchHours: 'RUN_WATCH_HOURS',
  /** `on`: also log the arguments and results of calls. */
  logCallDetails: 'LOG_CALL_DETAILS',
  /** Name of the MCP function's log group, from which administration reads recent calls. */
  callLogGroup: 'CALL_LOG_GROUP',
  /** The longest life of a new API token, in days; not set: no limit. */
  maxApiTokenDays: 'MAX_API_TOKEN_DAYS',
  /** CloudWatch namespace of the metrics of tool calls; not set: no metrics. */
  metricNamespace: 'METRIC_NAMESPACE',
  /** Comma-separated dimensions that get metrics in addition to the totals: `tool`, `connector`. */
  metricsBy: 'METRICS_BY',
} as const

/**
 * Metrics in the log line of a tool call, and their dimensions. Each name is also the name of the field with the value,
 * as the embedded metric format requires.
 */
export const CALL_METRIC = {
  /** 1 for a call that failed, else 0, so that its sample count is the number of calls. */
  failed: 'failed',
  /** 1 if Gumloop could not be reached, failed or timed out, else 0. */
  upstreamFailed: 'upstream_failed',
  durationMs: 'duration_ms',
  /** Time spent waiting for Gumloop, for calls that sent it a request. */
  upstreamMs: 'upstream_ms',
} as const
export const CALL_DIMENSION = { tool: 'tool', connector: 'connector_id', outcome: 'outcome' } as const

/**
 * First segment of every path of the admin API; the MCP function serves all others. The local server serves both in one
 * process; behind the gateway, the stage setting `adminApi` decides whether these paths exist.
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
  'revocations',
] as const

/** Tag of the MCP function with the stage's `reservedConcurrency`: what `gumloop-mcp enable` restores. */
export const RESERVED_CONCURRENCY_TAG = 'gumloop-mcp:reserved-concurrency'

/** Tag of the roles that may read the accounts' secrets; its value is what the names of these secrets begin with. */
export const ACCOUNT_READER_TAG = 'gumloop-mcp:reads-accounts'

/** Gumloop's own hosts, the defaults (docs/gumloop-api.md, Hosts). */
export const GUMLOOP_BASE_URL_DEFAULT = 'https://api.gumloop.com/api/v1'
export const GUMLOOP_STREAM_BASE_URL_DEFAULT = 'https://ws.gumloop.com/api/v1'

/** Names of this machine, as `URL.hostname` writes them: the only hosts that may be reached over plain http. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Source and detail type of the EventBridge event at the end of a watched run, for rules to match on. */
export const RUN_EVENT = { source: 'gumloop-mcp', detailType: 'Gumloop Run Finished' } as const

/** The event when a connector is used again after `SILENCE_DAYS` without a call. */
export const RETURN_EVENT = {
  source: 'gumloop-mcp',
  detailType: 'Gumloop Connector Used After Silence',
} as const
export const SILENCE_DAYS = 30

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

/** Partitions of the list index that a role is limited to. */
export const LIST_PARTITION = { unsentEvents: 'UNSENT_EVENTS' } as const

/** Attributes of the table that CloudFormation has to know. See docs/storage-schema.md. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which DynamoDB may delete the item. For cleanup only, never for access decisions. */
  timeToLive: 'ttl',
  /** Index that lists records: connectors of an account, all accounts. */
  listIndex: 'list',
  listPartitionKey: 'list_pk',
  listSortKey: 'list_sk',
} as const
