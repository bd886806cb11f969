/**
 * The two messages that nearly all traffic consists of, `tools/list` and `tools/call` without anything special, answered
 * without a server of the SDK. The bytes are those that the SDK's server gives; whatever is not plain goes to it.
 * `npm run build -- --no-shortcuts` builds without (docs/decisions/0037-shortcuts-around-the-sdk.md).
 */
import type { RequestContext } from '../auth/request-context.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import type { HttpResponse } from '../shared/http-message.ts'
import { toJson } from '../shared/json-text.ts'
import { type CallToolDeps, callTool, isKnownTool } from '../tools/call-tool.ts'
import { resultToJson, type ToolResult } from '../tools/tool-result.ts'
import { CLIENT_GONE, JSON_HEADERS } from './legacy-transport.ts'
import type { PlainRequest } from './plain-message.ts'
import { MODERN_VERSION } from './protocol-versions.ts'
import { BRIEF_SERVER_INFO, LIST_CACHE_HINT } from './server-info.ts'
import { toolList } from './tool-list.ts'

/** Replaced by the bundler; in the sources an environment variable, so that the tests can run both ways. */
export const HAS_SHORTCUTS = process.env.SHORTCUTS !== 'off'

/** What a result of 2026-07-28 holds beside its own fields. */
const META = { _meta: { 'io.modelcontextprotocol/serverInfo': BRIEF_SERVER_INFO } }
const MODERN_LIST = { resultType: 'complete', ...LIST_CACHE_HINT, ...META }
const MODERN_CALL = { resultType: 'complete', ...META }

/** The answer to a plain request; undefined where only the SDK's server knows it (a tool that the connector lacks). */
export async function answerPlain(
  { id, protocolVersion, call }: PlainRequest,
  context: Omit<RequestContext, 'protocolVersion'>,
  deps: CallToolDeps,
): Promise<HttpResponse | undefined> {
  const { config } = context.principal
  const isModern = protocolVersion === MODERN_VERSION
  if (call === undefined) {
    const list = listText(toolList(config))
    return response(id, isModern ? withFields(list, MODERN_LIST) : list)
  }
  if (!isKnownTool(call.name, config)) return undefined
  const request = { ...call, acceptsTask: false }
  const { result, rateLimitHeaders } = await callTool({ ...context, protocolVersion }, request, deps)
  if (context.signal.aborted) return CLIENT_GONE
  // Only a call that accepts a task can become one.
  const text = resultToJson(result as ToolResult)
  return response(id, isModern ? withFields(text, MODERN_CALL) : text, rateLimitHeaders)
}

/** The JSON of an object that has fields, with more of them at its end. */
function withFields(json: string, more: object): string {
  return `${json.slice(0, -1)},${toJson(more).slice(1)}`
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
