/** Deletions: names what was deleted, where Gumloop sends an empty body (204) or a bare `deleted`. */
import { recordOf, withOwnFields } from '../own-fields.ts'
import type { ToolHandler } from '../tool-call.ts'

export const confirmDeletion: ToolHandler = async ({ tool, args, operation }) => {
  const record = recordOf(tool, await operation(tool.name, args))
  const ids = Object.fromEntries((tool.plan?.pathFields ?? []).map(name => [name, args[name]]))
  // `deleted: false` is Gumloop's to say; the ids are the caller's.
  return { structured: { deleted: true, ...withOwnFields(ids, record) } }
}
