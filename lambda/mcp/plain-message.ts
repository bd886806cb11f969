/** Recognizes the messages that need nothing of the protocol but an answer: most lists and calls. Pure. */
import { isObject } from '../shared/json-value.ts'
import { MODERN_VERSION, PROTOCOL_VERSIONS, UNNAMED_VERSION } from './protocol-versions.ts'

export interface PlainRequest {
  id: string | number
  /** `2025-03-26` where the message names none. */
  protocolVersion: string
  /** Undefined: the list is asked for. */
  call?: { name: string; arguments: Record<string, unknown> | undefined }
}

const VERSIONS = new Set(PROTOCOL_VERSIONS)
const CONTENT_TYPES = new Set(['application/json', 'application/json; charset=utf-8'])
const MESSAGE_KEYS = new Set(['jsonrpc', 'id', 'method', 'params'])
const LIST_KEYS = new Set(['_meta'])
const CALL_KEYS = new Set(['name', 'arguments', '_meta'])
/** Fields of `_meta` that mean something to the protocol: progress, tasks, and the envelope of 2026. */
const MEANS_SOMETHING = /^progressToken$|modelcontextprotocol|^mcp/i

const ENVELOPE = 'io.modelcontextprotocol/'
const CLIENT_INFO_KEYS = new Set(['name', 'version', 'title'])
/** Capabilities of a client that change no answer, each without details. */
const CAPABILITY_KEYS = new Set(['elicitation', 'sampling', 'roots'])

/** What a message asks for, if it is plain. @param headers names in lower case */
export function plainRequest(message: unknown, headers: Record<string, string>): PlainRequest | undefined {
  const { 'mcp-protocol-version': protocolVersion = UNNAMED_VERSION, 'content-type': type = '' } = headers
  if (!CONTENT_TYPES.has(type) || !VERSIONS.has(protocolVersion)) return undefined
  if (!isObject(message) || message.jsonrpc !== '2.0' || !hasOnly(message, MESSAGE_KEYS)) return undefined
  const { id, method, params = {} } = message
  if (typeof id !== 'string' && !isInteger(id)) return undefined
  if (!isObject(params) || (params._meta === undefined && '_meta' in params)) return undefined
  const isModern = protocolVersion === MODERN_VERSION
  if (!(isModern ? isPlainEnvelope(params._meta) : isPlainMeta(params._meta))) return undefined
  if (!areHeadersPlain(headers, isModern, method, params.name)) return undefined
  if (method === 'tools/list') return hasOnly(params, LIST_KEYS) ? { id, protocolVersion } : undefined
  if (method !== 'tools/call' || !hasOnly(params, CALL_KEYS)) return undefined
  const { name, arguments: args } = params
  if (typeof name !== 'string') return undefined
  if ('arguments' in params && (!isObject(args) || Object.hasOwn(args, '__proto__'))) return undefined
  return { id, protocolVersion, call: { name, arguments: isObject(args) ? args : undefined } }
}

/** The headers of 2026-07-28 repeat method and name, and both kinds of answers are accepted; earlier versions lack them. */
function areHeadersPlain(
  { accept = '', 'mcp-method': methodHeader, 'mcp-name': nameHeader }: Record<string, string>,
  isModern: boolean,
  method: unknown,
  name: unknown,
): boolean {
  if (!isModern) return methodHeader === undefined && nameHeader === undefined
  const acceptsBoth = accept.includes('application/json') && accept.includes('text/event-stream')
  return acceptsBoth && methodHeader === method && nameHeader === name
}

/** `_meta` of an earlier version. */
function isPlainMeta(meta: unknown): boolean {
  if (meta === undefined) return true
  if (!isObject(meta)) return false
  for (const name in meta) if (MEANS_SOMETHING.test(name)) return false
  return true
}

/** `_meta` of 2026-07-28: version, client and capabilities, and nothing else that means something. */
function isPlainEnvelope(meta: unknown): boolean {
  if (!isObject(meta)) return false
  const {
    [`${ENVELOPE}protocolVersion`]: version,
    [`${ENVELOPE}clientInfo`]: client,
    [`${ENVELOPE}clientCapabilities`]: capabilities,
    ...others
  } = meta
  return (
    version === MODERN_VERSION &&
    isPlainClient(client) &&
    isPlainCapabilities(capabilities) &&
    isPlainMeta(others)
  )
}

function isPlainClient(client: unknown): boolean {
  if (!isObject(client) || !hasOnly(client, CLIENT_INFO_KEYS)) return false
  const { name, version, title = '' } = client
  return typeof name === 'string' && typeof version === 'string' && typeof title === 'string'
}

function isPlainCapabilities(capabilities: unknown): boolean {
  if (!isObject(capabilities) || !hasOnly(capabilities, CAPABILITY_KEYS)) return false
  return Object.values(capabilities).every(one => isObject(one) && Object.keys(one).length === 0)
}

function isInteger(id: unknown): id is number {
  return Number.isSafeInteger(id)
}

function hasOnly(value: Record<string, unknown>, names: Set<string>): boolean {
  for (const name in value) if (!names.has(name)) return false
  return true
}
