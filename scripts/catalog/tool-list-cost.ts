/** The size of a tool list in tokens of o200k_base, the encoding of OpenAI's models since GPT-4o. Pure. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import type { ToolDefinition } from '../../lambda/catalog/tool.ts'

/** Tokens of the definitions as they are sent: the JSON of `tools` in the response to `tools/list`. */
export function listTokens(definitions: readonly ToolDefinition[]): number {
  return definitions.length === 0 ? 0 : countTokens(JSON.stringify(definitions))
}
