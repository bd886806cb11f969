/** Attaching an MCP server: the request's body is the connection's settings, free-form, so they are one field of the tool. */
import { isObject } from '../../shared/json-value.ts'
import type { ToolHandler } from '../tool-call.ts'

export const attachMcpServer: ToolHandler = async ({ tool, args, operation }) => {
  const { config, ...rest } = args
  const { value } = await operation(tool.name, rest, isObject(config) ? config : {})
  return { structured: isObject(value) ? value : { result: value } }
}
