/** One log line → the object that our logger wrote, if it has the requested fields. Pure. */
import { parseObject } from '../shared/json-value.ts'

/** The object in `text`, or undefined for any other line. Text before the first brace is skipped. */
export function matchLogLine(
  text: string,
  fields: Record<string, string>,
): Record<string, unknown> | undefined {
  // Most lines do not match, and searching a text is cheaper than parsing it.
  if (!Object.values(fields).every(value => text.includes(value))) return undefined
  const line = parseObject(text.slice(Math.max(0, text.indexOf('{'))))
  if (line === undefined) return undefined
  return Object.entries(fields).every(([name, value]) => line[name] === value) ? line : undefined
}
