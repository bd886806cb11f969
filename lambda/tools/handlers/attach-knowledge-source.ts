/** Attaching a knowledge source: Gumloop's own client always sends `config`, and null for the whole source. */
import { recordOf } from '../own-fields.ts'
import type { ToolHandler } from '../tool-call.ts'

export const attachKnowledgeSource: ToolHandler = async ({ tool, args, operation }) => ({
  structured: recordOf(tool, await operation(tool.name, { ...args, config: args.config ?? null })),
})
