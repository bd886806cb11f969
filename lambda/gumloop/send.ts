/**
 * The only place that sends requests to Gumloop: one HTTP(S) exchange over keep-alive connections. Not the global
 * `fetch`, whose first use costs 50 ms of cold start (docs/decisions/0003-plain-values-on-the-request-path.md).
 */
import type { IncomingMessage } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import { AppError } from '../shared/errors.ts'
import type { GumloopRequest } from './build-request.ts'
import { certificateAdvice } from './certificate-error.ts'
import { decompress } from './decompress.ts'

export interface GumloopResponse {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: Buffer
}

export interface SendOptions {
  /** Milliseconds from now until the whole response must have arrived. */
  timeoutMs: number
  signal?: AbortSignal
  /** Larger responses are rejected. */
  maxBytes?: number
}

/** Generated images come as data URLs inside JSON: enough for several. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024

const agentOptions = { keepAlive: true, maxFreeSockets: 16, timeout: 60_000 }
const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }

/**
 * Sends one request and reads the whole response, whatever its status.
 * @throws AppError `upstream_timeout`, `upstream_unavailable`, `upstream_invalid` (too large, or compressed and damaged),
 *   `cancelled`; `mayHaveTakenEffect` says whether the request had left.
 */
export function send(request: GumloopRequest, options: SendOptions): Promise<GumloopResponse> {
  return exchange(request, options).catch(error => {
    // Gumloop closed this keep-alive socket while the environment was frozen: nothing was processed, so a retry is safe.
    // It gets a connection of its own, since the other sockets of the pool may have been closed as well.
    if (error instanceof DeadSocket) return exchange(request, options, false)
    throw error
  })
}

class DeadSocket extends Error {}

function exchange(
  request: GumloopRequest,
  options: SendOptions,
  agent: http.Agent | false = request.url.startsWith('https:') ? agents.https : agents.http,
): Promise<GumloopResponse> {
  const { timeoutMs, signal, maxBytes = MAX_RESPONSE_BYTES } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(false))
    const secure = request.url.startsWith('https:')
    const outgoing = (secure ? https : http).request(request.url, {
      method: request.method,
      headers: request.body === undefined ? request.headers : withLength(request.headers, request.body),
      agent,
    })
    let settled = false
    const finish = (act: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: Error) =>
      finish(() => {
        reject(error)
        outgoing.destroy()
      })
    // Before the connection stands, with its certificate checked, nothing of the request has left.
    let isConnected = false
    outgoing.on('socket', socket => {
      isConnected = outgoing.reusedSocket
      // A kept-alive socket serves many requests and never connects again: one listener per request would pile up.
      if (isConnected) return
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        isConnected = true
      })
    })
    const hasLeft = () => isConnected && outgoing.writableFinished
    const onAbort = () => fail(cancelled(hasLeft()))
    const timer = setTimeout(() => fail(timedOut(timeoutMs, hasLeft())), timeoutMs)
    signal?.addEventListener('abort', onAbort)
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) {
        return fail(isIdempotent(request.method) ? new DeadSocket() : unreachable(error, true))
      }
      fail(unreachable(error, isConnected))
    })
    outgoing.on('response', response => {
      readBody(response, maxBytes).then(
        body => finish(() => resolve({ status: response.statusCode ?? 0, headers: flatten(response), body })),
        error => fail(error instanceof AppError ? error : unreachable(error, true)),
      )
    })
    outgoing.end(request.body)
  })
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const received = await receive(response, maxBytes)
  const body = await decompress(received, response.headers['content-encoding'], maxBytes)
  if (body === undefined) throw tooLarge(maxBytes)
  return body
}

function receive(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        reject(tooLarge(maxBytes))
        response.destroy()
      } else chunks.push(chunk)
    })
    response.on('end', () =>
      response.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('response cut off')),
    )
    response.on('error', reject)
    response.on('close', () => reject(new Error('response cut off')))
  })
}

/**
 * Opens the TLS context and one connection per host during init, when the CPU is not throttled. Failures are ignored.
 */
export function prime(urls: readonly string[]): Promise<void> {
  const opened = urls.map(
    url =>
      new Promise<void>(resolve => {
        const secure = url.startsWith('https:')
        const probe = (secure ? https : http).request(url, {
          method: 'HEAD',
          agent: secure ? agents.https : agents.http,
          timeout: 2000,
        })
        probe.on('response', response => response.resume().on('close', resolve))
        probe.on('timeout', () => probe.destroy())
        probe.on('error', () => resolve())
        probe.end()
      }),
  )
  return Promise.all(opened).then(() => undefined)
}

function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function withLength(headers: Record<string, string>, body: string | Buffer): Record<string, string> {
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) }
}

function flatten(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

function cancelled(mayHaveTakenEffect: boolean): AppError {
  return new AppError('cancelled', 'The call was cancelled by the client.', { mayHaveTakenEffect })
}

/** It was answered, so it may have been carried out. */
function tooLarge(maxBytes: number): AppError {
  const message = `Gumloop's response is larger than the ${maxBytes / 1024 / 1024} MB that this server accepts.`
  return new AppError('upstream_invalid', message, {
    mayHaveTakenEffect: true,
    nextStep: 'Request less at once: a smaller limit, fewer files, or a single item.',
  })
}

function timedOut(timeoutMs: number, mayHaveTakenEffect: boolean): AppError {
  return new AppError(
    'upstream_timeout',
    `Gumloop did not respond within ${Math.round(timeoutMs / 1000)} seconds.`,
    { mayHaveTakenEffect },
  )
}

/** Only the error's code is shown, since its message may contain an address. */
function unreachable(error: Error & { code?: string | undefined }, mayHaveTakenEffect: boolean): AppError {
  const reason = error.code ? ` (${error.code})` : ''
  const nextStep = mayHaveTakenEffect ? undefined : certificateAdvice(error.code)
  return new AppError('upstream_unavailable', `Gumloop could not be reached${reason}.`, {
    mayHaveTakenEffect,
    ...(nextStep !== undefined && { nextStep }),
  })
}
