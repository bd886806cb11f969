/** The MCP app over real HTTP, with records in dynalite and a scripted server as Gumloop. */
import type { AddressInfo } from 'node:net'
import { fixedCredentials } from '../../lambda/accounts/credentials.ts'
import { authenticate } from '../../lambda/auth/authenticate.ts'
import { createTable } from '../../lambda/aws/table.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import { CATALOG_VERSION } from '../../lambda/catalog/catalog.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import { createMcpApp } from '../../lambda/http/mcp-app.ts'
import { createNodeServer } from '../../lambda/http/node-adapter.ts'
import { createLogger } from '../../lambda/shared/logger.ts'
import { storeConnector } from './connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from './dynalite-table.ts'
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts'

export const KEY = 'gumloop-key-of-the-tests'

export interface TestServer {
  /** `http://127.0.0.1:PORT`. */
  origin: string
  upstream: ScriptedUpstream
  table: DynaliteTable
  /** Everything logged so far. */
  log: () => string
  /** Creates a connector, by default with all tools. */
  connector: (
    config?: Partial<ConnectorRecord['config']>,
    over?: Partial<ConnectorRecord>,
  ) => Promise<{ token: string; url: string; record: ConnectorRecord }>
  close: () => Promise<void>
}

export interface TestServerOptions {
  allowedOrigins?: string[]
  /** Replaces the scripted server for both hosts of Gumloop. */
  gumloopUrl?: string
}

export async function startTestServer({
  allowedOrigins = [],
  gumloopUrl,
}: TestServerOptions = {}): Promise<TestServer> {
  const upstream = await startScriptedUpstream()
  const baseUrl = gumloopUrl ?? upstream.baseUrl
  const dynalite = await startDynaliteTable()
  const lines: string[] = []
  const background: Promise<void>[] = []
  const authDeps = {
    table: createTableReader({ tableName: TABLE_NAME }),
    inBackground: (work: Promise<void>) => void background.push(work),
  }
  const app = createMcpApp({
    authenticate: input => authenticate(input, authDeps),
    credentials: fixedCredentials({ accountId: 'acme', apiKey: KEY, userId: 'user-1' }),
    hosts: { baseUrl, streamBaseUrl: baseUrl },
    allowedOrigins,
    logger: createLogger('debug', line => lines.push(line)),
    now: Date.now,
  })
  const server = createNodeServer(app, { deadlineMs: 30_000 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const table = createTable({ tableName: TABLE_NAME })
  return {
    origin,
    upstream,
    table: dynalite,
    log: () => lines.join(''),
    async connector(config = {}, over = {}) {
      const whole = {
        methods: [],
        tags: [],
        tool_exposure: 'essentials' as const,
        require_api_token_auth: false,
        catalog_version: CATALOG_VERSION,
        max_result_characters: 48_000,
        ...config,
      }
      const { token, record } = await storeConnector(table, { config: whole, ...over })
      return { token, record, url: `${origin}/mcp/${token}` }
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await Promise.all(background)
      await dynalite.close()
      await upstream.close()
    },
  }
}

/** Sends one JSON-RPC request in the format of 2025-06-18. */
export async function rpc(
  url: string,
  method: string,
  params: unknown = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

// biome-ignore lint/suspicious/noExplicitAny: tests read responses of any shape and fail where they differ
export type Json = any

/** The `result` of a tools/call. */
export async function call(url: string, name: string, args: unknown = {}): Promise<Json> {
  const response = await rpc(url, 'tools/call', { name, arguments: args })
  const body: Json = await response.json()
  return body.result ?? body
}
