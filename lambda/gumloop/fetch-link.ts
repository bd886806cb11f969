/**
 * The one place that opens links which are not Gumloop's API: signed storage links and files of a chat. Nothing of ours
 * travels along: no credentials, no cookies, no kept connection. Every hop is judged by `safe-url.ts`, and the addresses
 * that were judged are the ones connected to, so that a second answer of the name server changes nothing.
 */
import dns from 'node:dns'
import type { IncomingMessage } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { AppError } from '../shared/errors.ts'
import { declaredMediaType } from './media-type.ts'
import { checkLink, isPublicAddress, PRIVATE_ADDRESS, type SafeLink } from './safe-url.ts'

export interface LinkOptions {
  /** From `trustedOrigins()` in `safe-url.ts`. */
  trustedOrigins: readonly string[]
  /** More bytes than this are given up, whether announced or not. */
  maxBytes: number
  /** Milliseconds from now until the last byte must be there, redirects included. */
  timeoutMs: number
  signal?: AbortSignal
  /** All addresses of a name; left out: the system's resolver. */
  resolve?: (hostname: string) => Promise<{ address: string; family: number }[]>
}

export interface LinkedFile {
  bytes: Buffer
  /** `Content-Type` without its parameters, in lower case; null when there was none. */
  mediaType: string | null
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Opens a link and reads what is behind it. No message names any part of the link: it may hold a signature.
 * @throws AppError `upstream_invalid` (the link or a redirect leads where this server does not go, or the answer is
 *   compressed), `upstream_rejected` (4xx; `details.upstreamStatus`), `payload_too_large`, `upstream_unavailable`,
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
    if ('refusal' in safe) throw refused(safe.refusal, hop)
    const lookup = await withAbort(pinnedLookup(safe, options, hop), signal)
    const response = await withAbort(open(safe.url, lookup, signal), signal)
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
    }
  }
  throw new AppError('upstream_invalid', `The link redirects more than ${MAX_REDIRECTS} times.`)
}

/** Resolves once, judges every address, and gives the connection those and no others. */
async function pinnedLookup(link: SafeLink, options: LinkOptions, hop: number): Promise<LookupFunction> {
  const resolve = options.resolve ?? (hostname => dns.promises.lookup(hostname, { all: true }))
  const addresses = await resolve(link.hostname).catch(() => {
    throw new AppError(
      'upstream_unavailable',
      "The host of the link could not be found by the server's name service.",
    )
  })
  if (addresses.length === 0)
    throw new AppError('upstream_unavailable', 'The host of the link has no address.')
  // One closed address among open ones is how a name is made to pass a check and then connect elsewhere.
  if (!link.isTrusted && !addresses.every(({ address }) => isPublicAddress(address)))
    throw refused(PRIVATE_ADDRESS, hop)
  const [first] = addresses
  return (_hostname, { all }, callback) => {
    if (all) callback(null, addresses)
    else callback(null, first?.address ?? '', first?.family ?? 4)
  }
}

function open(url: URL, lookup: LookupFunction, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'GET',
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'gumloop-mcp' },
      agent: false, // a connection of its own: a pooled one might go to another address
      lookup,
      signal,
    })
    request.on('response', resolve)
    request.on('error', error => reject(unreachable(error)))
    request.end()
  })
}

function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error: AppError) => {
      reject(error)
      response.destroy()
    }
    const encoding = response.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      return fail(
        new AppError(
          'upstream_invalid',
          'The file behind the link is compressed although it was asked for as it is.',
        ),
      )
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
        reject(new AppError('upstream_unavailable', 'The file behind the link broke off.'))
    })
  })
}

/** What was being waited for, or the reason of the abort, whichever comes first; a later failure of it is nobody's. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function refused(reason: string, hop: number): AppError {
  const what = hop === 0 ? 'The link is not opened' : 'The link redirects to a place that is not opened'
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
    `The file behind the link did not come within ${Math.round(timeoutMs / 1000)} seconds.`,
  )
}

/** Only the error's code is kept: its message may hold an address. */
function unreachable(error: Error & { code?: string | undefined }): AppError {
  const reason = error.code ? ` (${error.code})` : ''
  return new AppError('upstream_unavailable', `The link could not be opened${reason}.`)
}
