/** Attaching an MCP server: the request body is free-form settings of the connection, which are one argument of the tool. */
import { isObject } from '../../shared/json-value.ts'
import { recordOf } from '../own-fields.ts'
import type { ToolHandler } from '../tool-call.ts'

export const attachMcpServer: ToolHandler = async ({ tool, args, operation }) => {
  const { config, ...rest } = args
  const result = await operation(tool.name, rest, isObject(config) ? config : {})
  return { structured: recordOf(tool, result) }
}
