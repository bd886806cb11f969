/** Opens a connector as an MCP client of each kind of protocol version does, and reports what the server returns. */
import { toJson } from '../../lambda/shared/json-text.ts'
import { isObject } from '../../lambda/shared/json-value.ts'
import { exchangeHttp } from '../../lambda/shared/transport/choose-transport.ts'
import type { HttpAnswer } from '../../lambda/shared/transport/exchange.ts'
import { PRODUCT_VERSION } from '../../lambda/shared/version.ts'
import { visibleLine, visibleTexts } from '../../lambda/shared/visible-text.ts'
import { CliFailure } from './cli-failure.ts'

/** A tool as a model sees it in the list. */
export interface ListedTool {
  name: string
  title: string
  annotations: { readOnlyHint?: boolean; destructiveHint?: boolean }
  /** The whole definition as received, to count its tokens; not to be shown. */
  definition: unknown
}

export interface Probe {
  protocol: string
  server: string
  /** Characters of the server's instructions. */
  instructionsLength: number
  tools: ListedTool[]
  durationMs: number
}

export interface ProbeTarget {
  url: string
  /** For a connector that requires an API token. */
  apiToken?: string
}

/** The newest protocol version with a handshake, and the newest without. */
export const OLD_PROTOCOL = '2025-11-25'
export const NEW_PROTOCOL = '2026-07-28'

const TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 20_000_000
const CLIENT_INFO = { name: 'gumloop-mcp-cli', version: PRODUCT_VERSION }

type Json = Record<string, unknown>

/**
 * `initialize`, `notifications/initialized`, `tools/list`. Throws `CliFailure` in words for the person at the terminal.
 */
export async function probeOld(target: ProbeTarget): Promise<Probe> {
  const startedMs = performance.now()
  const begun = await request(target, 'initialize', {
    protocolVersion: OLD_PROTOCOL,
    capabilities: {},
    clientInfo: CLIENT_INFO,
  })
  const protocol = text(begun.protocolVersion)
  const headers = { 'mcp-protocol-version': protocol }
  await post(target, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
  const list = await request(target, 'tools/list', {}, headers)
  return {
    protocol,
    ...describe(begun.serverInfo, begun.instructions),
    ...toolsOf(list),
    ...since(startedMs),
  }
}

/** `server/discover`, `tools/list`, without a handshake. Throws `CliFailure` as above. */
export async function probeNew(target: ProbeTarget): Promise<Probe> {
  const startedMs = performance.now()
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': NEW_PROTOCOL,
    'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const ask = (method: string) =>
    request(target, method, { _meta }, { 'mcp-protocol-version': NEW_PROTOCOL, 'mcp-method': method })
  const found = await ask('server/discover')
  const list = await ask('tools/list')
  const meta = isObject(found._meta) ? found._meta : {}
  const serverInfo = found.serverInfo ?? meta['io.modelcontextprotocol/serverInfo']
  return {
    protocol: NEW_PROTOCOL,
    ...describe(serverInfo, found.instructions),
    ...toolsOf(list),
    ...since(startedMs),
  }
}

/**
 * Calls one tool in the older protocol version, without a handshake, since the server is stateless. Throws
 * `CliFailure`.
 */
export async function callTool(target: ProbeTarget, name: string, args: Json): Promise<Json> {
  const headers = { 'mcp-protocol-version': OLD_PROTOCOL }
  const result = visibleTexts(await request(target, 'tools/call', { name, arguments: args }, headers))
  return isObject(result) ? result : {}
}

async function request(
  target: ProbeTarget,
  method: string,
  params: Json,
  headers: Record<string, string> = {},
) {
  const answer = await post(target, { jsonrpc: '2.0', id: 1, method, params }, headers)
  if (isObject(answer) && isObject(answer.result)) return answer.result
  const error = isObject(answer) && isObject(answer.error) ? answer.error : {}
  throw new CliFailure(1, `${method} failed: ${text(error.message) || 'unknown error'}`)
}

async function post(target: ProbeTarget, message: Json, headers: Record<string, string>): Promise<unknown> {
  let answer: HttpAnswer
  try {
    answer = await exchangeHttp({
      url: target.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(target.apiToken === undefined ? {} : { authorization: `Bearer ${target.apiToken}` }),
        ...headers,
      },
      body: toJson(message),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
  } catch {
    // Never the URL itself: it is a password.
    throw new CliFailure(1, `${new URL(target.url).origin} cannot be reached.`, {
      nextStep: 'Check that the server is running and reachable from here.',
    })
  }
  const body = answer.body.toString('utf8')
  if (answer.status === 404 || answer.status === 401) throw rejected(target)
  return body === '' ? undefined : parse(body, answer.status)
}

function rejected({ apiToken }: ProbeTarget): CliFailure {
  return new CliFailure(
    1,
    'The server rejected the URL: it is mistyped, or its connector is expired, revoked or disabled.',
    {
      nextStep:
        apiToken === undefined
          ? 'See gumloop-mcp connector show ID. If the connector requires an API token, set GUMLOOP_MCP_API_TOKEN.'
          : 'See gumloop-mcp connector show ID. The API token may also be invalid.',
    },
  )
}

/** JSON, or the data of a stream's last event. */
function parse(body: string, status: number): unknown {
  const events = [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data)
  try {
    return JSON.parse(body.startsWith('{') ? body : (events.at(-1) ?? ''))
  } catch {
    throw new CliFailure(1, `Unexpected response with status ${status}: this is not an MCP server.`)
  }
}

function describe(
  serverInfo: unknown,
  instructions: unknown,
): { server: string; instructionsLength: number } {
  const info = isObject(serverInfo) ? serverInfo : {}
  return {
    server: `${text(info.title) || text(info.name) || 'unnamed'} ${text(info.version)}`.trim(),
    instructionsLength: typeof instructions === 'string' ? instructions.length : 0,
  }
}

function toolsOf(list: Json): { tools: ListedTool[] } {
  const tools = Array.isArray(list.tools) ? list.tools.filter(isObject) : []
  return {
    tools: tools.map(definition => ({
      name: text(definition.name),
      title: text(definition.title),
      annotations: isObject(definition.annotations) ? definition.annotations : {},
      definition,
    })),
  }
}

function since(startedMs: number): { durationMs: number } {
  return { durationMs: Math.round(performance.now() - startedMs) }
}

/** The server may be anybody's: what is shown of it must not control the terminal. */
function text(value: unknown): string {
  return typeof value === 'string' ? visibleLine(value) : ''
}
