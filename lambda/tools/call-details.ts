/** What the log line says of a call's arguments and result: their sizes and, where the stage logs details, their text. Pure. */
import { cutText } from '../shared/cut-text.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import type { TaskCreated } from './tasks.ts'
import type { ToolResult } from './tool-result.ts'

/** A line of CloudWatch Logs holds 256 KB; nobody reads that much in a log. */
const LIMIT_CHARACTERS = 4_000

/** The sizes; with `isWanted` also the arguments and the text of the result, cut. */
export function callDetails(
  args: unknown,
  result: ToolResult | TaskCreated,
  isWanted: boolean,
  secretInputs: readonly string[] = [],
): Record<string, string | number> {
  const asked = args === undefined ? '' : toJson(withoutSecrets(args, secretInputs))
  const answered = textOf(result)
  return {
    argument_characters: asked.length,
    result_characters: answered.length,
    ...(isWanted && { arguments: clip(asked), result: clip(answered) }),
  }
}

/** A secret that was sent under a nearly right name is a secret too. */
function withoutSecrets(args: unknown, secretInputs: readonly string[]): unknown {
  if (secretInputs.length === 0) return args
  if (!isObject(args)) return '[redacted]'
  const isSecret = (name: string) => secretInputs.some(secret => name.toLowerCase().includes(secret))
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, isSecret(name) ? '[redacted]' : value]),
  )
}

function textOf(result: ToolResult | TaskCreated): string {
  const [first] = 'content' in result && Array.isArray(result.content) ? result.content : []
  return first?.type === 'text' ? first.text : ''
}

function clip(text: string): string {
  return text.length > LIMIT_CHARACTERS ? `${cutText(text, LIMIT_CHARACTERS)}…` : text
}
