/** The sandbox's HTTP server, a thin shell around `handle-api-request.ts`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handleDownload, isDownloadPath } from '../artifacts/downloads.ts'
import type { SandboxState } from '../state/state.ts'
import { lockState, type StateLock } from '../state/state-lock.ts'
import { loadState, SandboxStartError, saveState } from '../state/state-store.ts'
import { handleWebhook, isWebhookPath, withoutSecret } from '../triggers/webhooks.ts'
import type { ApiResponse } from './api-response.ts'
import type { World } from './call.ts'
import { CONTROL_PREFIX, handleControlRequest } from './control-api.ts'
import type { ApiGeneration } from './description.ts'
import {
  FailureInjector,
  type FailureKind,
  type FailureRule,
  failureResponse,
  parseFailureRule,
  withUnknownState,
} from './failure-injection.ts'
import { handleApiRequest, settle, targetOf } from './handle-api-request.ts'
import { sendLive, sendResponse } from './send-response.ts'

export interface SandboxOptions {
  /** 0 (default): any free port. */
  port?: number
  host?: string
  /** Source of all ids and contents. An existing state file keeps its own seed. Default: 1. */
  seed?: number | string
  /** A factor on all durations: 10 means that everything takes a tenth of the time. */
  speed?: number
  fail?: FailureKind | FailureRule | FailureRule[]
  /** JSON file that the state is persisted in. Default: in memory only. */
  stateFile?: string
  /** Epoch milliseconds. */
  clock?: () => number
  /** What signed URLs start with. Default: the address that the sandbox listens on. */
  publicUrl?: string
  signedUrlLifetimeSeconds?: number
  /** Limit on concurrent agent runs. Default: none. */
  maxConcurrentRuns?: number
  /** Beyond the limit: respond with 429 (default), or queue the run. */
  whenFull?: 'reject' | 'queue'
}

/** A logged request, without key, body and signature. */
export interface RequestLogEntry {
  method: string
  /** From the root, percent-encoded, without the query. */
  path: string
  query: Record<string, string>
  /** Top-level keys of a JSON body. */
  bodyKeys: string[]
  operationId: string | null
  /** 0 when no response was sent (failures `hang` and `reset`). */
  status: number
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`. The API is below `/api/v1` and simulates both of Gumloop's hosts. */
  url: string
  /** The latest 10,000 API requests and downloads, oldest first. */
  requests: RequestLogEntry[]
  /** The live state, for tests. */
  state: SandboxState
  /** Adds a failure; null removes all. */
  injectFailure(rule: FailureKind | FailureRule | null): void
  /** Moves the clock forward. */
  advanceClock(seconds: number): void
  /** The simulated time in epoch milliseconds. */
  now(): number
  /** Closes all connections, including hung ones. */
  close(): Promise<void>
}

export const API_PREFIX = '/api/v1'
const BODY_LIMIT_BYTES = 32 * 1024 * 1024
const LOG_LENGTH = 10_000
const SLOW_DEFAULT_MS = 2_000

async function readBody(request: IncomingMessage): Promise<{ body: Buffer; bodyTooLarge: boolean }> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    sizeBytes += bytes.length
    if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(bytes)
  }
  const bodyTooLarge = sizeBytes > BODY_LIMIT_BYTES
  return { body: bodyTooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), bodyTooLarge }
}

function bodyKeys(body: Buffer): string[] {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch {
    return []
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is already in use. Choose another with --port.`
          : `The sandbox cannot listen on ${host}:${port} (${error.code ?? error.message}).`
      reject(new SandboxStartError(reason))
    })
    server.listen(port, host, resolve)
  })
}

class SandboxServer {
  readonly world: World
  readonly failures: FailureInjector
  readonly requests: RequestLogEntry[] = []
  readonly #clock: () => number
  readonly #stateFile: string | null

  constructor(options: SandboxOptions) {
    this.#clock = options.clock ?? Date.now
    this.#stateFile = options.stateFile ?? null
    const state = loadState(this.#stateFile, String(options.seed ?? 1))
    this.failures = new FailureInjector(state.seed)
    const fail = options.fail ?? []
    for (const rule of Array.isArray(fail) ? fail : [fail]) this.failures.add(parseRule(rule))
    this.world = {
      state,
      speed: options.speed ?? 1,
      publicUrl: '',
      signedUrlLifetimeSeconds: options.signedUrlLifetimeSeconds ?? 900,
      maxConcurrentRuns: options.maxConcurrentRuns ?? null,
      whenFull: options.whenFull ?? 'reject',
    }
    if (!(this.world.speed > 0)) throw new SandboxStartError('speed must be a number above 0.')
  }

  now = (): number => this.#clock() + this.world.state.clockOffsetMs

  save(): void {
    saveState(this.#stateFile, this.world.state)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const [path = '/', search = ''] = url.split(/\?(.*)/s)
    const query = new URLSearchParams(search)
    const { body, bodyTooLarge } = await readBody(request)
    if (settle(this.world, this.now())) this.save()
    if (path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`)) {
      const result = handleControlRequest(method, path, body, this.world, this.failures, this.now)
      this.save()
      return sendResponse(response, result, this.now())
    }
    const entry = this.#log(method, path, query, body)
    const isApi = path.startsWith(`${API_PREFIX}/`)
    const apiPath = isApi ? path.slice(API_PREFIX.length) : path
    const isDownload = isDownloadPath(path)
    const failure = isApi || isDownload ? this.failures.take(method, apiPath, isDownload) : null
    if (isWebhookPath(path)) {
      const result = handleWebhook(method, path, body, this.world, this.now())
      this.save()
      entry.status = result.status
      return sendResponse(response, result, this.now())
    }
    const target = targetOf(method, apiPath)
    entry.operationId = target.operationId
    const run = (): ApiResponse => {
      if (isDownload) return handleDownload(method, path, query, this.world, this.now())
      const { headers } = request
      const apiRequest = { method, path: apiPath, query, headers, body, bodyTooLarge }
      const result = handleApiRequest(apiRequest, this.world, this.now())
      if (method !== 'GET') this.save()
      return result
    }
    const result = await this.#withFailure(failure, target.generation, run, request)
    if (result === null) return
    entry.status = result.status
    if (result.live !== undefined) return sendLive(response, result.live, this.now)
    sendResponse(response, result, this.now(), method === 'HEAD')
  }

  /** The response to send, or null when the failure is that there is none. */
  async #withFailure(
    failure: FailureRule | null,
    generation: ApiGeneration,
    run: () => ApiResponse,
    request: IncomingMessage,
  ): Promise<ApiResponse | null> {
    if (failure === null) return run()
    const { kind } = failure
    if (kind === 'unknown-state') return withUnknownState(run())
    if (kind === 'slow') {
      const result = run()
      await new Promise(done => setTimeout(done, failure.delayMs ?? SLOW_DEFAULT_MS).unref())
      return result
    }
    if (failure.when === 'after') run()
    if (kind === 'hang') return null
    if (kind === 'reset') {
      request.socket.resetAndDestroy()
      return null
    }
    return failureResponse(failure, generation, this.now())
  }

  #log(method: string, path: string, query: URLSearchParams, body: Buffer): RequestLogEntry {
    const shown = [...query].filter(([name]) => name !== 'X-Goog-Signature')
    const entry = {
      method,
      path: withoutSecret(path),
      query: Object.fromEntries(shown),
      bodyKeys: bodyKeys(body),
      operationId: null,
      status: 0,
    }
    this.requests.push(entry)
    if (this.requests.length > LOG_LENGTH) this.requests.shift()
    return entry
  }
}

function parseRule(rule: FailureKind | FailureRule): FailureRule {
  return typeof rule === 'string' ? parseFailureRule(rule) : rule
}

async function requireLock(stateFile: string): Promise<StateLock> {
  const lock = await lockState(stateFile)
  if (lock !== null) return lock
  throw new SandboxStartError(
    `Another sandbox is using the state file ${stateFile}. Stop it, or start this one with another file.`,
  )
}

/**
 * Starts a sandbox; several may run in one process.
 * @throws SandboxStartError when the port is taken, the state file is damaged or in use, or an option is invalid
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { stateFile } = options
  const lock = stateFile === undefined ? null : await requireLock(stateFile)
  try {
    return await startLocked(options, lock)
  } catch (error) {
    await lock?.release()
    throw error
  }
}

async function startLocked(options: SandboxOptions, lock: StateLock | null): Promise<Sandbox> {
  const sandbox = new SandboxServer(options)
  const server = createServer((request, response) => {
    sandbox.handle(request, response).catch(error => {
      // An error in the sandbox itself must not look like one of Gumloop.
      const message = `Internal error in the sandbox: ${error instanceof Error ? error.message : String(error)}`
      if (!response.headersSent) sendResponse(response, { status: 500, text: message }, sandbox.now())
      else response.destroy()
    })
  })
  const host = options.host ?? '127.0.0.1'
  await listen(server, options.port ?? 0, host)
  // A server that listens on TCP has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const url = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
  sandbox.world.publicUrl = (options.publicUrl ?? url).replace(/\/+$/, '')
  try {
    sandbox.save()
  } catch (error) {
    server.close()
    throw new SandboxStartError(
      `The sandbox cannot write its state file ${options.stateFile}: ${String(error)}.`,
    )
  }
  return {
    url,
    requests: sandbox.requests,
    state: sandbox.world.state,
    injectFailure: rule => (rule === null ? sandbox.failures.clear() : sandbox.failures.add(parseRule(rule))),
    advanceClock: seconds => {
      sandbox.world.state.clockOffsetMs += Math.round(seconds * 1_000)
      settle(sandbox.world, sandbox.now())
      sandbox.save()
    },
    now: sandbox.now,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
      await lock?.release()
    },
  }
}
