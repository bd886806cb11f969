/** Deletions: names what was deleted, where Gumloop sends an empty body (204) or a bare `deleted`. */
import { isObject } from '../../shared/json-value.ts'
import type { ToolHandler } from '../tool-call.ts'

export const confirmDeletion: ToolHandler = async ({ tool, args, operation }) => {
  const { value } = await operation(tool.name, args)
  const ids = Object.fromEntries((tool.plan?.pathFields ?? []).map(name => [name, args[name]]))
  return { structured: { deleted: true, ...ids, ...(isObject(value) ? value : {}) } }
}
