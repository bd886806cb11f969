/**
 * Lambda's Runtime API and one execution environment: AWS's runtime client running a
 * bundle of ours. Records what the gateway would receive, chunk by chunk.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

const CLIENT = path.join(import.meta.dirname, 'node_modules/aws-lambda-ric/index.mjs')

export interface Invocation {
  /** `streaming` or `buffered`, as the client reports. */
  mode: string
  contentType: string
  chunks: { atMs: number; data: Buffer }[]
  /** Milliseconds from the event to the end of the response. */
  durationMs: number
}

export interface Environment {
  invoke(event: unknown, timeoutMs?: number): Promise<Invocation>
  output: () => string
  stop: () => Promise<void>
}

/** The Runtime API: hands out one event at a time and receives the function's responses and errors. */
class RuntimeApi {
  readonly server = http.createServer((request, response) => this.#handle(request, response))
  #pendingNext: ServerResponse | undefined
  #failure: string | undefined
  #onChange: (() => void) | undefined
  #onResponse: ((request: IncomingMessage) => void) | undefined

  /** @returns the host and port that it listens on */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve))
    // A server that listens on TCP has an address object.
    const { port } = this.server.address() as AddressInfo
    return `127.0.0.1:${port}`
  }

  /** Waits until the function requests its next event. @throws when it has reported an error */
  async untilIdle(): Promise<void> {
    while (!this.#pendingNext && this.#failure === undefined) {
      await new Promise<void>(resolve => {
        this.#onChange = resolve
      })
    }
    if (this.#failure !== undefined) throw new Error(`the function failed: ${this.#failure}`)
  }

  /** Sends an event to a function that waits for one. @returns its response */
  send(event: unknown, headers: Record<string, string>): Promise<Invocation> {
    const startedMs = Date.now()
    const response = new Promise<Invocation>(resolve => {
      this.#onResponse = request => {
        const chunks: Invocation['chunks'] = []
        request.on('data', data => chunks.push({ atMs: Date.now() - startedMs, data }))
        request.on('end', () =>
          resolve({
            mode: String(request.headers['lambda-runtime-function-response-mode'] ?? 'buffered'),
            contentType: String(request.headers['content-type']),
            chunks,
            durationMs: Date.now() - startedMs,
          }),
        )
      }
    })
    this.#pendingNext?.writeHead(200, { 'content-type': 'application/json', ...headers })
    this.#pendingNext?.end(JSON.stringify(event))
    this.#pendingNext = undefined
    return response
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.endsWith('/invocation/next')) {
      this.#pendingNext = response
      this.#onChange?.()
      return
    }
    if (request.url?.endsWith('/error')) {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        this.#failure = Buffer.concat(chunks).toString()
        this.#onChange?.()
      })
    } else this.#onResponse?.(request)
    request.on('end', () =>
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}'),
    )
  }
}

function environmentOf(api: string, folder: string): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'mcp',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/mcp',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-tests',
    AWS_SESSION_TOKEN: 'session',
  }
}

/** Starts a function whose bundle is `folder`/index.js. @throws with its output when its init fails */
export async function startFunction(folder: string, variables: Record<string, string>): Promise<Environment> {
  const api = new RuntimeApi()
  const env = { ...environmentOf(await api.listen(), folder), ...variables }
  const child = spawn(process.execPath, [CLIENT, 'index.handler'], { env, cwd: folder })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', code => reject(new Error(`the function ended with ${code}`)))
  })
  ended.catch(() => undefined) // reported to whoever waits for it
  /** Fails with the output when the process ends first. */
  const unlessEnded = <T>(result: Promise<T>): Promise<T> =>
    Promise.race([result, ended]).catch(error => {
      throw new Error(`${error instanceof Error ? error.message : error}\n${output}`)
    })
  await unlessEnded(api.untilIdle())
  let sequence = 0
  return {
    output: () => output,
    async invoke(event, timeoutMs = 30_000) {
      await unlessEnded(api.untilIdle())
      const headers = {
        'lambda-runtime-aws-request-id': `request-${++sequence}`,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:mcp',
        'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0',
      }
      return unlessEnded(api.send(event, headers))
    },
    stop: () => end(child, api.server),
  }
}

function end(child: ChildProcess, server: http.Server): Promise<void> {
  return new Promise(resolve => {
    child.removeAllListeners('exit')
    child.once('exit', () => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
    child.kill('SIGKILL')
  })
}

/** Parses a streamed response like API Gateway: prelude, eight zero bytes, body. */
export function splitPrelude({ chunks }: Invocation): {
  statusCode: number
  headers: Record<string, string>
  body: string
} {
  const whole = Buffer.concat(chunks.map(chunk => chunk.data))
  const cut = whole.indexOf(Buffer.alloc(8))
  if (cut < 0) throw new Error(`no prelude in ${whole.toString('utf8', 0, 200)}`)
  return { ...JSON.parse(whole.subarray(0, cut).toString()), body: whole.subarray(cut + 8).toString() }
}

/** API Gateway's proxy event for a POST of one JSON-RPC message. */
export function proxyEvent(
  token: string,
  message: unknown,
  over: Record<string, unknown> = {},
): Record<string, unknown> {
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    host: 'api.example',
  }
  return {
    resource: '/mcp/{token}',
    path: `/mcp/${token}`,
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { token },
    requestContext: {
      requestId: 'gateway-request',
      stage: 'v1',
      resourcePath: '/mcp/{token}',
      path: `/v1/mcp/${token}`,
    },
    body: JSON.stringify(message),
    isBase64Encoded: false,
    ...over,
  }
}
