/** `call_gumloop_tool`: the call that it makes for its caller, and its own safety hints. */
import { acceptedSchema } from '../catalog/accepted-schema.ts'
import { findTool } from '../catalog/catalog.ts'
import { checkArguments } from '../catalog/check-arguments.ts'
import { coerceArguments } from '../catalog/coerce-arguments.ts'
import { jointHints } from '../catalog/joint-hints.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import { isDiscoveryTool, mayCall, type ToolFilterConfig } from '../catalog/tool-filter.ts'
import { isObject } from '../shared/json-value.ts'

const EXECUTOR = 'call_gumloop_tool'

/** A call as the client sent it. */
interface Call {
  name: string
  arguments: unknown
}

/**
 * The call inside a call of the executor, so that everything after it (checks, log, limits, result) is that of the tool
 * itself. Any other call is returned unchanged, and so is one that cannot be unwrapped (wrong shape, a tool outside the
 * filter, a discovery tool): the executor's own handler then says why not. Arguments beside `arguments` are the tool's.
 */
export function unwrapCall(call: Call, config: ToolFilterConfig): Call {
  const executor = call.name === EXECUTOR ? findTool(EXECUTOR) : undefined
  if (!executor) return call
  const schema = acceptedSchema(executor)
  const { args, ignored } = coerceArguments(schema, call.arguments)
  if (!isObject(args) || checkArguments(schema, args).length > 0) return call
  const { name, arguments: inner } = args
  if (typeof name !== 'string') return call
  const sent = isObject(call.arguments) ? call.arguments : {}
  const beside = Object.fromEntries(ignored.map(key => [key, sent[key]]))
  if (isDiscoveryTool(name) || !mayCall(name, config)) return call
  return { name, arguments: isObject(inner) ? { ...beside, ...inner } : beside }
}

/**
 * A definition as one connector's list shows it. The executor's hints are those of the tools that it can run there: on a
 * connector that can only read, it only reads, and says so (docs/decisions/0023-executor-hints.md).
 */
export function asListed(definition: ToolDefinition, allowed: readonly string[]): ToolDefinition {
  return definition.name === EXECUTOR ? { ...definition, annotations: jointHints(allowed) } : definition
}
