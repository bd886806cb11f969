/** call_gumloop_tool: which call it stands for, and what it must say of its own safety. */
import { findTool } from '../catalog/catalog.ts'
import { checkArguments } from '../catalog/check-arguments.ts'
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
 * The call that a call of the executor stands for, so that everything after it (checks, log, limits, result) is that of
 * the tool itself. Any other call comes back as it is, and so does one that cannot be unwrapped (wrong shape, a tool
 * outside the filter, a discovery tool): the executor's own handler then says why not.
 */
export function unwrapCall(call: Call, config: ToolFilterConfig): Call {
  if (call.name !== EXECUTOR || !isObject(call.arguments)) return call
  const schema = findTool(EXECUTOR)?.definition.inputSchema
  const { name, arguments: inner } = call.arguments
  if (!schema || checkArguments(schema, call.arguments).length > 0 || typeof name !== 'string') return call
  if (isDiscoveryTool(name) || !mayCall(name, config)) return call
  return { name, arguments: inner }
}

/**
 * A definition as the list of one connector shows it. The executor's hints are those of the tools that it can run there:
 * over a connector that can only read it only reads, and says so (docs/decisions/0023-executor-hints.md).
 */
export function asListed(definition: ToolDefinition, allowed: readonly string[]): ToolDefinition {
  return definition.name === EXECUTOR ? { ...definition, annotations: jointHints(allowed) } : definition
}
