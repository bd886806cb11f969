/** Values that come from JSON of others: what they are, without trusting them. Pure. */
import { ExactInteger } from './exact-integer.ts'
import { parseJson } from './parse-json.ts'

/** True for a JSON object: neither null nor an array, nor a number that is kept as an `ExactInteger`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactInteger)
  )
}

/** The JSON object that `text` holds; undefined when it holds another value, or no JSON at all. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = parseJson(text)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined // the parser's message would quote the text, which may be a secret
  }
}
