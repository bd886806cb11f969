/** One line of the log → the object that our logger wrote, if it is one with the fields asked for. Pure. */
import { parseObject } from '../shared/json-value.ts'

/** The object in `text`, or undefined for a line of another kind. What stands before the first brace is passed over. */
export function matchLogLine(
  text: string,
  fields: Record<string, string>,
): Record<string, unknown> | undefined {
  // Most lines are not the ones asked for, and looking for a text is cheaper than parsing it.
  if (!Object.values(fields).every(value => text.includes(value))) return undefined
  const line = parseObject(text.slice(Math.max(0, text.indexOf('{'))))
  if (line === undefined) return undefined
  return Object.entries(fields).every(([name, value]) => line[name] === value) ? line : undefined
}
