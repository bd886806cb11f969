/** Our MCP app with the local poll scheduler over a real table protocol, and the sandbox instead of Gumloop. */
import type { AddressInfo } from 'node:net'
import { type Sandbox, type SandboxOptions, startSandbox } from 'gumloop-sandbox'
import { vi } from 'vitest'
import { type LocalRunsOptions, openRuns, RUN_FINISHED_LINE } from '../../bin/server/long-runs.ts'
import { authenticate } from '../../lambda/auth/authenticate.ts'
import { createTable } from '../../lambda/aws/table.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import type { GumloopCredentials } from '../../lambda/gumloop/credentials.ts'
import { createMcpApp } from '../../lambda/http/mcp-app.ts'
import { createNodeServer } from '../../lambda/http/node-adapter.ts'
import { type Runs, unwatchedRuns } from '../../lambda/runs/runs.ts'
import { unfinishedWatches } from '../../lambda/runs/watch/unfinished-watches.ts'
import { createLogger } from '../../lambda/shared/logger.ts'
import { storeConnector } from './connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from './dynalite-table.ts'
import { call, type Json } from './mcp-server.ts'

export interface LongRunsServer {
  origin: string
  sandbox: Sandbox
  dynalite: DynaliteTable
  runs: Runs
  /** Stores other credentials for the account, with immediate effect. */
  useCredentials: (credentials: GumloopCredentials) => void
  connector: (config?: Partial<ConnectorRecord['config']>) => Promise<string>
  /** Lines of the log, parsed. */
  lines: () => Json[]
  /** `Gumloop Run Finished`, as often as it was sent. */
  finished: () => Json[]
  /** How often this session or flow run was read from Gumloop so far. */
  observationsOf: (id: string) => number
  /** Resolves once this session or flow run was read from Gumloop for the first time. */
  observed: (id: string) => Promise<void>
  /** Ids of the runs that are watched, or whose event is pending. */
  unfinished: () => Promise<string[]>
  close: () => Promise<void>
}

export interface LongRunsOptions {
  sandbox?: SandboxOptions
  /** False disables long runs. */
  isWatching?: boolean
  runs?: Partial<LocalRunsOptions>
  /** The stage's limit on a wait with progress. */
  maxWaitSeconds?: number
  /** Time limit of one call. */
  deadlineMs?: number
}

export async function startLongRuns(options: LongRunsOptions = {}): Promise<LongRunsServer> {
  const sandbox = await startSandbox(options.sandbox)
  const dynalite = await startDynaliteTable()
  const text: string[] = []
  const logger = createLogger('debug', line => text.push(line))
  const lines = () => text.map((line): Json => JSON.parse(line))
  const hosts = { baseUrl: `${sandbox.url}/api/v1`, streamBaseUrl: `${sandbox.url}/api/v1` }
  let current: GumloopCredentials = { apiKey: 'sandbox', userId: 'user-1' }
  const credentials = { get: async () => current, refresh: async () => current }
  const local = openRuns({ tableName: TABLE_NAME, hosts, credentials, logger, ...options.runs })
  const watched = options.isWatching === false ? unwatchedRuns({ now: Date.now }) : local.runs
  const runs = { ...watched, maxWaitSeconds: options.maxWaitSeconds ?? watched.maxWaitSeconds }
  const authDeps = { table: createTableReader({ tableName: TABLE_NAME }), inBackground: () => undefined }
  const app = createMcpApp({
    authenticate: input => authenticate(input, authDeps),
    credentials,
    hosts,
    runs,
    allowedOrigins: [],
    logger,
    now: Date.now,
  })
  const server = createNodeServer(app, { deadlineMs: options.deadlineMs ?? 60_000 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const table = createTable({ tableName: TABLE_NAME })
  const observationsOf = (id: string) =>
    sandbox.requests.filter(
      ({ operationId, path, query }) =>
        (operationId === 'retrieveSession' && path.endsWith(`/${id}`)) ||
        (operationId === 'getAutomationRun' && query.run_id === id),
    ).length
  return {
    origin,
    sandbox,
    dynalite,
    runs,
    lines,
    useCredentials: next => {
      current = next
    },
    finished: () => lines().filter(line => line.event === RUN_FINISHED_LINE),
    observationsOf,
    observed: async id => void (await vi.waitUntil(() => observationsOf(id) > 0, { timeout: 10_000 })),
    unfinished: async () => (await unfinishedWatches(table, () => undefined)).map(watch => watch.run.id),
    async connector(config = {}) {
      const whole = {
        methods: [],
        tags: [],
        tool_exposure: 'essentials' as const,
        require_api_token_auth: false,
        max_result_characters: 48_000,
        ...config,
      }
      const { token } = await storeConnector(table, { config: whole })
      return `${origin}/mcp/${token}`
    },
    async close() {
      await local.scheduler.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await dynalite.close()
      await sandbox.close()
    },
  }
}

/** The structured content of a successful call. */
export async function ok(url: string, name: string, args: unknown = {}): Promise<Json> {
  const result = await call(url, name, args)
  if (result.isError !== undefined && result.isError !== false)
    throw new Error(`${name} failed: ${result.content[0].text}`)
  return result.structuredContent
}
