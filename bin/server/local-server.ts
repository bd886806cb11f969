/**
 * The whole product in one process: the functions' code over an embedded table, with the sandbox or with Gumloop
 * itself.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startSandbox } from 'gumloop-sandbox'
import { SandboxStartError } from 'gumloop-sandbox/state-store'
import {
  LOCAL_ACCOUNT_ID,
  type LocalServerAccountId,
  SANDBOX_ACCOUNT_ID,
} from '../../lambda/accounts/account.ts'
import { createAccountStore } from '../../lambda/accounts/account-store.ts'
import { fixedCredentials } from '../../lambda/accounts/credentials.ts'
import { createKeyHealth } from '../../lambda/accounts/key-health.ts'
import { type Administration, createAdministration } from '../../lambda/admin/administration.ts'
import { ensureLocalAdminToken } from '../../lambda/admin/local-admin-token.ts'
import { authenticate } from '../../lambda/auth/authenticate.ts'
import { authenticateAdmin } from '../../lambda/auth/authenticate-admin.ts'
import { CLIENT_TIMEOUTS } from '../../lambda/aws/client-timeouts.ts'
import { routeServiceThrough } from '../../lambda/aws/signed-request.ts'
import { createTable } from '../../lambda/aws/table.ts'
import { createTableIfMissing } from '../../lambda/aws/table-creation.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import { CATALOG_VERSION, toolIndex } from '../../lambda/catalog/catalog.ts'
import { allowedTools, knownTags } from '../../lambda/catalog/tool-filter.ts'
import { type ConnectorRecord, connectorStatus } from '../../lambda/connectors/connector.ts'
import { returnReporter } from '../../lambda/connectors/report-return.ts'
import type { GumloopHosts } from '../../lambda/gumloop/build-request.ts'
import type { GumloopCredentials } from '../../lambda/gumloop/credentials.ts'
import { createAdminApp, isAdminPath } from '../../lambda/http/admin-app.ts'
import { serveAdmin } from '../../lambda/http/admin-entry.ts'
import { isConsolePath, serveConsole } from '../../lambda/http/console-app.ts'
import { createMcpApp } from '../../lambda/http/mcp-app.ts'
import { createNodeServer } from '../../lambda/http/node-adapter.ts'
import { withRejectionLog } from '../../lambda/http/rejection-log.ts'
import type { Runs } from '../../lambda/runs/runs.ts'
import { systemClock } from '../../lambda/shared/clock.ts'
import { ConfigurationError } from '../../lambda/shared/config.ts'
import { createLogger, type Logger } from '../../lambda/shared/logger.ts'
import { openDataFolder } from './data-folder.ts'
import { type EmbeddedTable, startEmbeddedTable, toStoreError } from './embedded-table.ts'
import type { FirstScreen } from './first-screen.ts'
import { isForwarded } from './forwarded-request.ts'
import { closeServer, listen } from './listen.ts'
import { removeTemporaryFiles, startMaintenance } from './local-maintenance.ts'
import { openLogFile } from './log-file.ts'
import { createLogFileReader } from './log-file-reader.ts'
import { openRuns } from './long-runs.ts'
import type { ServerOptions } from './options.ts'
import { separateSandbox } from './separate-sandbox.ts'
import { writeServerAddress } from './server-address.ts'

const TABLE_NAME = 'gumloop-mcp-local'
/** Longer than the longest wait of a tool. */
const DEADLINE_MS = 15 * 60_000

export interface LocalServer {
  screen: FirstScreen
  close(): Promise<void>
}

/** Starts everything. @throws ConfigurationError with a message for the user. */
export async function startLocalServer(options: ServerOptions, dataFolder: string): Promise<LocalServer> {
  openDataFolder(dataFolder, options.reset)
  const logFile = path.join(dataFolder, 'server.log')
  const onUnwritable = (reason: string) =>
    process.stderr.write(`The log ${logFile} cannot be written (${reason}). The server goes on without it.\n`)
  const logger = createLogger('info', openLogFile(logFile, onUnwritable))
  removeTemporaryFiles(dataFolder)
  const tableFolder = path.join(dataFolder, 'table')
  const embedded = await startEmbeddedTable(tableFolder)
  const closers = [() => embedded.close()]
  const closeAll = async () => {
    for (const close of closers.toReversed()) await close()
  }
  try {
    const client = clientOf(embedded)
    const table = await openTable(client, tableFolder)
    closers.push(startMaintenance({ client, tableName: TABLE_NAME, now: systemClock, logger }))
    const sandboxFile = path.join(dataFolder, 'sandbox.json')
    const hasSandboxData = existsSync(sandboxFile)
    const gumloop = await openGumloop(options, sandboxFile)
    closers.push(gumloop.close)

    let handle: Parameters<typeof createNodeServer>[0] = async () => ({ status: 503, headers: {}, body: '' })
    const server = createNodeServer(request => handle(request), { deadlineMs: DEADLINE_MS })
    const port = await listen(server, options)
    closers.push(() => closeServer(server))

    const origin = `http://localhost:${port}`
    const baseUrl = options.publicUrl ?? origin
    const administration = createAdministration({
      table,
      filter: {
        allowedTools,
        tags: knownTags(),
        catalogVersion: CATALOG_VERSION,
        toolNames: toolIndex().map(tool => tool.name),
      },
      connectorBaseUrl: baseUrl,
      now: systemClock,
      logs: createLogFileReader(logFile),
      // Polling runs in this process: if this responds, so does polling.
      checkLongRuns: async () => undefined,
    })
    const revokedConnectors = await separateSandbox({
      table,
      accounts: createAccountStore(table),
      connectors: administration.connectors,
      served: gumloop.accountId,
      hasSandboxData,
      nowMs: systemClock(),
    })
    const connectorUrl = await firstConnector(gumloop.accountId, administration)
    await ensureLocalAdminToken({
      file: path.join(dataFolder, 'admin-token'),
      table,
      apiTokens: administration.apiTokens,
      now: systemClock,
    })
    const runs = openRuns({
      tableName: TABLE_NAME,
      hosts: gumloop.hosts,
      credentials: credentialsOf(gumloop),
      logger,
    })
    closers.push(() => runs.scheduler.close())
    await runs.scheduler.resume(table, gumloop.accountId)
    handle = routes({ options, port, administration, table, gumloop, runs: runs.runs, logger })
    closers.push(writeServerAddress(dataFolder, origin))
    return {
      screen: {
        origin,
        ...(connectorUrl !== undefined && { connectorUrl }),
        accountId: gumloop.accountId,
        revokedConnectors,
        gumloop: gumloop.shown,
        dataFolder,
        isPublic: options.publicUrl !== undefined,
      },
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Every client of the table, the official one and the signed requests, gets this start's credential and the socket. */
function clientOf(embedded: EmbeddedTable): DynamoDBClient {
  Object.assign(process.env, {
    // The agents connect to the table's socket; this name only has to be valid.
    AWS_ENDPOINT_URL_DYNAMODB: 'http://embedded-table.invalid',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: embedded.sessionToken,
  })
  delete process.env.AWS_PROFILE
  routeServiceThrough('dynamodb', embedded.agent)
  return new DynamoDBClient({ requestHandler: { ...CLIENT_TIMEOUTS, httpAgent: embedded.agent } })
}

async function openTable(client: DynamoDBClient, folder: string) {
  try {
    await createTableIfMissing({ tableName: TABLE_NAME, client })
    return createTable({ tableName: TABLE_NAME, client })
  } catch (error) {
    throw toStoreError(error, folder)
  }
}

interface LocalGumloop {
  /** A sandbox connector's URL must not reach Gumloop, so that the sandbox is an account of its own. */
  accountId: LocalServerAccountId
  hosts: GumloopHosts
  credentials: GumloopCredentials
  shown: FirstScreen['gumloop']
  close: () => Promise<void>
}

async function openGumloop(options: ServerOptions, sandboxFile: string): Promise<LocalGumloop> {
  if (options.gumloop) {
    const { hosts, credentials } = options.gumloop
    return {
      accountId: LOCAL_ACCOUNT_ID,
      hosts,
      credentials,
      shown: { kind: 'gumloop', baseUrl: hosts.baseUrl },
      close: async () => undefined,
    }
  }
  const sandbox = await startSandbox({ stateFile: sandboxFile }).catch(error => {
    throw error instanceof SandboxStartError ? new ConfigurationError(error.message) : error
  })
  const baseUrl = `${sandbox.url}/api/v1`
  return {
    accountId: SANDBOX_ACCOUNT_ID,
    // It listens on another port at each start, and is the same sandbox.
    hosts: { baseUrl, streamBaseUrl: baseUrl, recordsName: 'sandbox' },
    credentials: { apiKey: 'sandbox', userId: 'sandbox-user' },
    shown: { kind: 'sandbox', overviewUrl: `${sandbox.url}/__sandbox` },
    close: () => sandbox.close(),
  }
}

/**
 * Creates a connector where none is usable, as on the first start. Later the existing ones stay valid, and their URLs are
 * no longer known here.
 */
async function firstConnector(
  accountId: string,
  { connectors }: Administration,
): Promise<string | undefined> {
  const { result } = await connectors.list(accountId, { limit: '100' })
  const isUsable = (record: ConnectorRecord) =>
    ['active', 'disabled'].includes(connectorStatus(record, systemClock()))
  if (result.some(isUsable)) return undefined
  const { url } = await connectors.create(accountId, { name: 'local', config: {} }, 'local-server')
  return url
}

function credentialsOf({ accountId, credentials }: LocalGumloop) {
  return fixedCredentials({ accountId, ...credentials })
}

interface Routes {
  options: ServerOptions
  port: number
  administration: Administration
  table: ReturnType<typeof createTable>
  gumloop: LocalGumloop
  runs: Runs
  logger: Logger
}

function routes({
  options,
  port,
  administration,
  table,
  gumloop,
  runs,
  logger,
}: Routes): Parameters<typeof createNodeServer>[0] {
  const authDeps = {
    table: createTableReader({ tableName: TABLE_NAME }),
    inBackground: () => undefined,
    onReturn: returnReporter(undefined, logger),
  }
  const publicOrigin = options.publicUrl === undefined ? [] : [new URL(options.publicUrl)]
  const names = ['localhost', '127.0.0.1', '[::1]', options.host].map(name => `${name}:${port}`)
  const keys = createKeyHealth(table, systemClock)
  const mcp = createMcpApp({
    authenticate: input => authenticate(input, authDeps),
    credentials: credentialsOf(gumloop),
    hosts: gumloop.hosts,
    onCredentialsRefused: id => void keys.refused(id).catch(() => undefined),
    onCredentialsAccepted: id => void keys.accepted(id).catch(() => undefined),
    runs,
    allowedHosts: [...names, ...publicOrigin.map(url => url.host)],
    allowedOrigins: [...names.map(name => `http://${name}`), ...publicOrigin.map(url => url.origin)],
    logger,
    now: systemClock,
  })
  const admin = createAdminApp({
    administration,
    access: {
      kind: 'bearer',
      authenticate: authorization => authenticateAdmin(authorization, systemClock(), { table }),
    },
    logger,
  })
  const serveLocalAdmin = withRejectionLog(request => serveAdmin(admin, request), {
    logger,
    now: systemClock,
  })
  return async request => {
    // Administration is served to this machine only: not to a rebound DNS name, and not through a tunnel, which may
    // write a local name into the Host header.
    const { headers, path: at } = request
    const isLocal = names.includes((headers.host ?? '').toLowerCase()) && !isForwarded(headers)
    if (isLocal && isConsolePath(at)) return serveConsole(request)
    return isLocal && isAdminPath(at) ? serveLocalAdmin(request) : mcp(request)
  }
}
