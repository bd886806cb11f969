/**
 * The program under test: this checkout's, or another one's where `REGRESSION_TARGET` names its folder
 * (`npm run test:regression -- --against REF`). Regression tests use it over the wire alone, so that the same test
 * shows a defect in an older version and its absence in this one.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts'
import { startTableProxy, type TableProxy } from '../support/table-proxy.ts'

export const TARGET_FOLDER = process.env.REGRESSION_TARGET ?? path.resolve(import.meta.dirname, '../..')

export interface Target {
  /** `http://localhost:PORT`. */
  origin: string
  /** Of the server's process. */
  pid: number
  /** The folder that the server runs in; its data is in `.local`. */
  folder: string
  /** Gumloop's place in front of the server; undefined where the sandbox is there. */
  upstream: ScriptedUpstream
  /** In front of the server's table; only with `hasTableProxy`. */
  table: TableProxy | undefined
  adminToken: string
  /** Creates a connector with this `config` and returns its URL. */
  connector: (config?: Json) => Promise<string>
  /** An administration request; the answer's status and parsed body. */
  admin: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Json }>
  /** Everything that the server logged. */
  log: () => string
  close: () => Promise<void>
}

/**
 * Starts the target's server in a folder of its own, with a scripted upstream as Gumloop. `hasTableProxy`: its table is
 * behind a proxy that injects failures.
 */
export async function startTarget(
  environment: Record<string, string> = {},
  { hasTableProxy = false }: { hasTableProxy?: boolean } = {},
): Promise<Target> {
  const upstream = await startScriptedUpstream()
  const { folder, remove } = temporaryFolder()
  const proxySocket = path.join(folder, 'proxy.socket')
  const proxied = hasTableProxy ? await startTableProxy({ listenOn: proxySocket }) : undefined
  const server = await startLocalProgram(
    folder,
    ['--port', '0'],
    {
      GUMLOOP_API_KEY: 'the-key-of-the-tests',
      GUMLOOP_USER_ID: 'user-1',
      GUMLOOP_BASE_URL: upstream.baseUrl,
      GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
      ...(proxied !== undefined && {
        TABLE_PROXY_SOCKET: proxySocket,
        NODE_OPTIONS: `--require ${path.resolve(import.meta.dirname, '../support/route-table-to-proxy.cjs')}`,
      }),
      ...environment,
    },
    path.join(TARGET_FOLDER, 'dist/server.cjs'),
  )
  const logFile = path.join(folder, '.local/server.log')
  const adminToken = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
  const admin: Target['admin'] = async (method, at, body) => {
    const response = await fetch(`${server.origin}${at}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    origin: server.origin,
    pid: server.process.pid ?? 0,
    folder,
    upstream,
    table: proxied,
    adminToken,
    admin,
    async connector(config = {}) {
      const created = await admin('POST', '/integrated-account/local/mcp', { name: 'test', config })
      if (typeof created.body?.url !== 'string') throw new Error(JSON.stringify(created.body))
      return created.body.url
    },
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    async close() {
      await server.stop()
      await proxied?.close()
      await upstream.close()
      remove()
    },
  }
}
