/**
 * The only place that sends requests to Gumloop: one HTTP(S) exchange over keep-alive connections, with the words for
 * what can go wrong.
 */
import { AppError } from '../shared/errors.ts'
import { exchangeHttp } from '../shared/transport/choose-transport.ts'
import { ExchangeError, type HttpAnswer } from '../shared/transport/exchange.ts'
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

/**
 * Sends one request and reads the whole response, whatever its status.
 * @throws AppError `upstream_timeout`, `upstream_unavailable`, `upstream_invalid` (too large, or compressed and damaged),
 *   `cancelled`; `mayHaveTakenEffect` says whether the request had left.
 */
export async function send(request: GumloopRequest, options: SendOptions): Promise<GumloopResponse> {
  const { maxBytes = MAX_RESPONSE_BYTES } = options
  const { status, headers, body } = await exchange(request, options, maxBytes)
  if (headers['content-encoding'] === undefined) return { status, headers, body }
  const plain = await decompress(body, headers['content-encoding'], maxBytes)
  if (plain === undefined) throw tooLarge(maxBytes)
  return { status, headers, body: plain }
}

async function exchange(
  request: GumloopRequest,
  { timeoutMs, signal }: SendOptions,
  maxBytes: number,
): Promise<HttpAnswer> {
  const { url, method, headers, body } = request
  const outgoing = {
    url,
    method,
    headers,
    timeoutMs,
    maxBytes,
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  }
  try {
    return await exchangeHttp(outgoing)
  } catch (error) {
    if (!isDeadSocket(error) || !isIdempotent(method)) throw toAppError(error, timeoutMs, maxBytes)
  }
  try {
    // Gumloop closed this keep-alive socket while the environment was frozen: nothing was processed, so a retry is safe.
    // It gets a connection of its own, since the other sockets of the pool may have been closed as well.
    return await exchangeHttp({ ...outgoing, isFresh: true })
  } catch (error) {
    throw toAppError(error, timeoutMs, maxBytes)
  }
}

function isDeadSocket(error: unknown): boolean {
  return error instanceof ExchangeError && error.failure === 'dead_socket'
}

function toAppError(error: unknown, timeoutMs: number, maxBytes: number): unknown {
  if (!(error instanceof ExchangeError)) return error
  switch (error.failure) {
    case 'aborted':
      return cancelled(error.hasLeft)
    case 'timeout':
      return timedOut(timeoutMs, error.hasLeft)
    case 'too_large':
      return tooLarge(maxBytes)
    case 'dead_socket':
    case 'failed':
      return unreachable(error)
  }
}

/**
 * Opens the TLS context and one connection per host during init, when the CPU is not throttled. Failures are ignored.
 */
export async function prime(urls: readonly string[]): Promise<void> {
  const probe = { method: 'HEAD', headers: {}, timeoutMs: 2000, maxBytes: MAX_RESPONSE_BYTES }
  await Promise.all(urls.map(url => exchangeHttp({ ...probe, url }).catch(() => undefined)))
}

function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
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
function unreachable({ code, hasLeft }: ExchangeError): AppError {
  const reason = code === undefined ? '' : ` (${code})`
  const nextStep = hasLeft ? undefined : certificateAdvice(code)
  return new AppError('upstream_unavailable', `Gumloop could not be reached${reason}.`, {
    mayHaveTakenEffect: hasLeft,
    ...(nextStep !== undefined && { nextStep }),
  })
}
