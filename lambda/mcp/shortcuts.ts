/**
 * The two messages that nearly all traffic consists of, `tools/list` and `tools/call` of a 2025 protocol version without
 * anything special, answered without a server of the SDK. The bytes are those that the SDK's server gives; whatever is not
 * plain goes to it. `npm run build -- --no-shortcuts` builds without (docs/decisions/0037-shortcuts-around-the-sdk.md).
 */
import type { RequestContext } from '../auth/request-context.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import type { HttpResponse } from '../shared/http-message.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { type CallToolDeps, callTool, isKnownTool } from '../tools/call-tool.ts'
import { resultToJson, type ToolResult } from '../tools/tool-result.ts'
import { CLIENT_GONE, JSON_HEADERS } from './legacy-transport.ts'
import { MODERN_VERSION, PROTOCOL_VERSIONS, UNNAMED_VERSION } from './protocol-versions.ts'
import { toolList } from './tool-list.ts'

/** Replaced by the bundler; in the sources an environment variable, so that the tests can run both ways. */
export const HAS_SHORTCUTS = process.env.SHORTCUTS !== 'off'

export interface PlainRequest {
  id: string | number
  /** `2025-03-26` where the message names none. */
  protocolVersion: string
  /** Undefined: the list is asked for. */
  call?: { name: string; arguments: Record<string, unknown> | undefined }
}

const LEGACY_VERSIONS = new Set(PROTOCOL_VERSIONS.filter(version => version !== MODERN_VERSION))
const CONTENT_TYPES = new Set(['application/json', 'application/json; charset=utf-8'])
const MESSAGE_KEYS = new Set(['jsonrpc', 'id', 'method', 'params'])
const LIST_KEYS = new Set(['_meta'])
const CALL_KEYS = new Set(['name', 'arguments', '_meta'])
/** Fields of `_meta` that mean something to the protocol: progress, tasks, and the envelope of 2026. */
const MEANS_SOMETHING = /^progressToken$|modelcontextprotocol|^mcp/i

/** What a message asks for, if it is plain. Pure. @param headers names in lower case */
export function plainRequest(message: unknown, headers: Record<string, string>): PlainRequest | undefined {
  const { 'mcp-protocol-version': version, 'content-type': type = '' } = headers
  if (!CONTENT_TYPES.has(type) || headers['mcp-method'] !== undefined || headers['mcp-name'] !== undefined)
    return undefined
  if (version !== undefined && !LEGACY_VERSIONS.has(version)) return undefined
  if (!isObject(message) || message.jsonrpc !== '2.0' || !hasOnly(message, MESSAGE_KEYS)) return undefined
  const { id, method, params } = message
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined
  const request = { id: id as string | number, protocolVersion: version ?? UNNAMED_VERSION }
  if (method === 'tools/list') return isPlainList(params) ? request : undefined
  if (method !== 'tools/call' || !isObject(params) || !hasOnly(params, CALL_KEYS)) return undefined
  const { name, arguments: args, _meta } = params
  if (typeof name !== 'string' || !isPlainMeta(_meta)) return undefined
  if ('arguments' in params && (!isObject(args) || Object.hasOwn(args, '__proto__'))) return undefined
  return { ...request, call: { name, arguments: isObject(args) ? args : undefined } }
}

function isPlainList(params: unknown): boolean {
  return params === undefined || (isObject(params) && hasOnly(params, LIST_KEYS) && isPlainMeta(params._meta))
}

function isPlainMeta(meta: unknown): boolean {
  if (meta === undefined) return true
  if (!isObject(meta)) return false
  for (const name in meta) if (MEANS_SOMETHING.test(name)) return false
  return true
}

function hasOnly(value: Record<string, unknown>, names: Set<string>): boolean {
  for (const name in value) if (!names.has(name)) return false
  return true
}

/** The answer to a plain request; undefined where only the SDK's server knows it (a tool that the connector lacks). */
export async function answerPlain(
  { id, protocolVersion, call }: PlainRequest,
  context: Omit<RequestContext, 'protocolVersion'>,
  deps: CallToolDeps,
): Promise<HttpResponse | undefined> {
  const { config } = context.principal
  if (call === undefined) return response(id, listText(toolList(config)))
  if (!isKnownTool(call.name, config)) return undefined
  const request = { ...call, acceptsTask: false }
  const { result, rateLimitHeaders } = await callTool({ ...context, protocolVersion }, request, deps)
  if (context.signal.aborted) return CLIENT_GONE
  // Only a call that accepts a task can become one.
  return response(id, resultToJson(result as ToolResult), rateLimitHeaders)
}

function response(id: string | number, result: string, headers?: Record<string, string>): HttpResponse {
  const body = `{"result":${result},"jsonrpc":"2.0","id":${toJson(id)}}`
  return { status: 200, headers: headers ? { ...JSON_HEADERS, ...headers } : JSON_HEADERS, body }
}

const listTexts = new WeakMap<readonly ToolDefinition[], string>()

/** Made once for a list, which itself is made once per filter. */
function listText(tools: readonly ToolDefinition[]): string {
  const text = listTexts.get(tools) ?? toJson({ tools })
  listTexts.set(tools, text)
  return text
}
