/** Type checks for external JSON values. Pure. */
import { ExactInteger } from './exact-integer.ts'
import { parseJson } from './parse-json.ts'

/** True for a JSON object: not null, not an array, and not an `ExactInteger`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactInteger)
  )
}

/** The JSON object in `text`; undefined for any other value and for invalid JSON. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = parseJson(text)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined // without the parser's message, which would quote the text, possibly a secret
  }
}
