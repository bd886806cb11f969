/**
 * The only place that opens links outside of Gumloop's API: signed storage links and files of a chat. It sends no
 * credentials and no cookies, and reuses no connection. `safe-url.ts` checks every redirect, and the connection goes to
 * the addresses that were checked, so that a second DNS response (rebinding) has no effect.
 */
import dns, { type LookupAddress } from 'node:dns'
import type { Agent, IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { AppError } from '../shared/errors.ts'
import { proxyAgentFor, proxyError } from '../shared/transport/proxy-agents.ts'
import { certificateAdvice } from './certificate-error.ts'
import { decompress } from './decompress.ts'
import { declaredCharset, declaredMediaType } from './media-type.ts'
import { checkLink, isPublicAddress, PRIVATE_ADDRESS, type SafeLink } from './safe-url.ts'

export interface LinkOptions {
  /** From `trustedOrigins()` in `safe-url.ts`. */
  trustedOrigins: readonly string[]
  /** Larger files are rejected, whether their size is declared or not. */
  maxBytes: number
  /** Milliseconds from now until the last byte must have arrived, redirects included. */
  timeoutMs: number
  signal?: AbortSignal
  /** Resolves a name to all its addresses (default: the system's resolver). */
  resolve?: (hostname: string) => Promise<{ address: string; family: number }[]>
}

export interface LinkedFile {
  bytes: Buffer
  /** `Content-Type` without its parameters, in lower case; null when there was none. */
  mediaType: string | null
  /** The charset of the `Content-Type`; null when there was none. */
  charset: string | null
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Opens a link and reads the file. No message contains any part of the link, which may contain a signature.
 * @throws AppError `upstream_invalid` (the link or a redirect is not allowed, or the response is
 *   compressed and cannot be read), `upstream_rejected` (4xx; `details.upstreamStatus`), `payload_too_large`, `upstream_unavailable`,
 *   `upstream_timeout`, `cancelled`.
 */
export async function fetchLink(link: string, options: LinkOptions): Promise<LinkedFile> {
  const { signal, timeoutMs } = options
  const abort = new AbortController()
  const onAbort = () => abort.abort(new AppError('cancelled', 'The call was cancelled by the client.'))
  const timer = setTimeout(() => abort.abort(timedOut(timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  try {
    return await follow(link, options, abort.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function follow(link: string, options: LinkOptions, signal: AbortSignal): Promise<LinkedFile> {
  let next = link
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const safe = checkLink(next, options.trustedOrigins)
    if ('reason' in safe) throw notAllowed(safe.reason, hop)
    const addresses = await withAbort(checkedAddresses(safe, options, hop), signal)
    const response = await withAbort(open(safe.url, addresses, signal), signal)
    const status = response.statusCode ?? 0
    const { location } = response.headers
    if (REDIRECTS.has(status) && location !== undefined) {
      response.destroy()
      next = URL.canParse(location, safe.url.href) ? new URL(location, safe.url).href : ''
      continue
    }
    if (status !== 200) {
      response.destroy()
      throw unexpected(status)
    }
    return {
      bytes: await withAbort(readBody(response, options.maxBytes), signal),
      mediaType: declaredMediaType(response.headers['content-type']),
      charset: declaredCharset(response.headers['content-type']),
    }
  }
  throw new AppError('upstream_invalid', `The link redirects more than ${MAX_REDIRECTS} times.`)
}

type Addresses = [LookupAddress, ...LookupAddress[]]

/** Resolves the name once and checks every address: the connection goes to one of them. */
async function checkedAddresses(link: SafeLink, options: LinkOptions, hop: number): Promise<Addresses> {
  const resolve = options.resolve ?? (hostname => dns.promises.lookup(hostname, { all: true }))
  const addresses = await resolve(link.hostname).catch(() => {
    throw new AppError('upstream_unavailable', 'The host name of the link could not be resolved.')
  })
  const [first, ...others] = addresses
  if (first === undefined) throw new AppError('upstream_unavailable', 'The host of the link has no address.')
  // One private address among public ones would let the name pass the check and then connect to the private one.
  if (!link.isTrusted && !addresses.every(({ address }) => isPublicAddress(address)))
    throw notAllowed(PRIVATE_ADDRESS, hop)
  return [first, ...others]
}

/** Resolves any name to these addresses. */
function pinned(addresses: Addresses): LookupFunction {
  return (_hostname, { all }, callback) => {
    if (all) callback(null, addresses)
    else callback(null, addresses[0].address, addresses[0].family)
  }
}

/** The proxy is told the address that was checked, since it would resolve the name again; the certificate is the name's. */
function throughProxy(url: URL, agent: Agent, [{ address }]: Addresses): RequestOptions {
  return {
    agent,
    hostname: address,
    ...(isIP(hostnameOf(url)) === 0 && { servername: hostnameOf(url) }),
  }
}

function hostnameOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

async function open(url: URL, addresses: Addresses, signal: AbortSignal): Promise<IncomingMessage> {
  // Loaded on first use, since most calls open no link, and every cold start would load it.
  const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const proxy = proxyAgentFor(url.href, { isFresh: true })
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'GET',
      headers: {
        host: url.host,
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'gumloop-mcp',
      },
      agent: false, // a connection of its own: a pooled one might go to another address
      lookup: pinned(addresses),
      signal,
      ...(proxy && throughProxy(url, proxy, addresses)),
    })
    request.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode !== 200) reject(unreachable(proxyError(statusCode)))
    })
    request.on('response', resolve)
    request.on('error', error => reject(unreachable(error)))
    request.end()
  })
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const received = await receive(response, maxBytes)
  const bytes = await decompress(received, response.headers['content-encoding'], maxBytes)
  if (bytes === undefined) throw tooLarge(maxBytes)
  return bytes
}

function receive(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error: AppError) => {
      reject(error)
      response.destroy()
    }
    if (Number(response.headers['content-length']) > maxBytes) return fail(tooLarge(maxBytes))
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) fail(tooLarge(maxBytes))
      else chunks.push(chunk)
    })
    response.on('end', () => resolve(Buffer.concat(chunks)))
    response.on('error', error => reject(unreachable(error)))
    response.on('close', () => {
      if (!response.complete)
        reject(new AppError('upstream_unavailable', 'The download from the link was cut off.'))
    })
  })
}

/** The result of `work`, or the reason of the abort, whichever comes first. A later failure of `work` is ignored. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function notAllowed(reason: string, hop: number): AppError {
  const what = hop === 0 ? 'The link is not allowed' : 'The link redirects to a URL that is not allowed'
  return new AppError('upstream_invalid', `${what}: ${reason}.`)
}

function unexpected(status: number): AppError {
  const code = status >= 400 && status < 500 ? 'upstream_rejected' : 'upstream_unavailable'
  return new AppError(code, `The link answered ${status} instead of the file.`, { upstreamStatus: status })
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The file behind the link is larger than ${maxBytes} bytes.`)
}

function timedOut(timeoutMs: number): AppError {
  return new AppError(
    'upstream_timeout',
    `The file behind the link did not arrive within ${Math.round(timeoutMs / 1000)} seconds.`,
  )
}

/** Only the error's code is shown, since its message may contain an address. */
function unreachable(error: Error & { code?: string | undefined }): AppError {
  const reason = error.code ? ` (${error.code})` : ''
  const nextStep = certificateAdvice(error.code)
  const details = nextStep === undefined ? {} : { nextStep }
  return new AppError('upstream_unavailable', `The link could not be opened${reason}.`, details)
}
