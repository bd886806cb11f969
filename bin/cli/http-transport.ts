/** Requests to a running server, with an administrator token. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificateAdvice } from '../../lambda/gumloop/certificate-error.ts'
import { toJson } from '../../lambda/shared/json-text.ts'
import { parseJson } from '../../lambda/shared/parse-json.ts'
import { exchangeHttp } from '../../lambda/shared/transport/choose-transport.ts'
import { ExchangeError } from '../../lambda/shared/transport/exchange.ts'
import { commandLine } from '../installation.ts'
import type { Transport } from './api.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'

export const LOCAL_SERVER_URL = 'http://127.0.0.1:8787'
/** Written by the server on its first start, in the folder where it was started. */
export const LOCAL_TOKEN_FILE = join('.local', 'admin-token')
const TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 50_000_000

/**
 * A transport to `serverUrl`. The token comes from `GUMLOOP_MCP_ADMIN_TOKEN`, or for a server on this machine from
 * the local file, whose token is never sent anywhere else. Throws `CliFailure`.
 */
export function httpTransport(serverUrl: string, env: NodeJS.ProcessEnv): Transport {
  const base = parseServerUrl(serverUrl)
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(base.hostname)
  if (base.protocol !== 'https:' && !isLocal) {
    throw usageFailure(`${base.origin} is not https: the administrator token would be sent unencrypted.`)
  }
  const prefix = base.href.replace(/\/+$/, '')

  return async (method, path, body) => {
    const token = env.GUMLOOP_MCP_ADMIN_TOKEN?.trim() || (isLocal ? readLocalToken() : undefined)
    if (token === undefined) {
      throw new CliFailure(1, `${base.origin} requires an administrator token.`, {
        nextStep: 'Set GUMLOOP_MCP_ADMIN_TOKEN, or use --stack NAME to reach a deployment through AWS.',
      })
    }
    try {
      const answer = await exchangeHttp({
        url: `${prefix}${path}`,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: toJson(body) }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
      })
      return { status: answer.status, body: parsed(answer.body.toString('utf8')) }
    } catch (error) {
      throw unreachable(base, isLocal, error)
    }
  }
}

/** Undefined for what is not JSON: the status says what happened. */
function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function parseServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === '') return url
  throw usageFailure(`Invalid --server: use a URL such as ${LOCAL_SERVER_URL}.`)
}

function readLocalToken(): string {
  try {
    return readFileSync(LOCAL_TOKEN_FILE, 'utf8').trim()
  } catch {
    throw new CliFailure(1, `No administrator token: ${LOCAL_TOKEN_FILE} does not exist in this folder.`, {
      nextStep: `Start the server once in this folder (${commandLine('start')}), or set GUMLOOP_MCP_ADMIN_TOKEN.`,
    })
  }
}

function unreachable(base: URL, isLocal: boolean, error: unknown): CliFailure {
  const { failure, code = '' } = error instanceof ExchangeError ? error : {}
  if (isLocal && code === 'ECONNREFUSED') {
    return new CliFailure(1, `No server is running at ${base.origin}.`, {
      nextStep: `Start it with ${commandLine('start')}, select another one with --server, or use --stack NAME for a deployment.`,
    })
  }
  const nextStep =
    certificateAdvice(code) ?? 'Check --server, and that the server is running and reachable from here.'
  const why =
    failure === 'timeout'
      ? `did not respond within ${TIMEOUT_MS / 1000} seconds`
      : `cannot be reached${code && ` (${code})`}`
  return new CliFailure(1, `${base.origin} ${why}.`, { nextStep })
}
