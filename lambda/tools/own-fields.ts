/** Our own fields beside Gumloop's record: ours win, and every field is of the type that the output schema states. Pure. */
import { checkArguments } from '../catalog/check-arguments.ts'
import type { CatalogTool, JsonSchema } from '../catalog/tool.ts'
import type { CallResult } from '../gumloop/client.ts'
import { unknownShape } from '../gumloop/read-response.ts'
import { isObject } from '../shared/json-value.ts'
import { numberOrNull, textOrNull } from '../shared/wire-value.ts'

/** `own` first, then what else the record holds. */
export function withOwnFields(
  own: Record<string, unknown>,
  record: Record<string, unknown>,
): Record<string, unknown> {
  return { ...own, ...record, ...own }
}

/**
 * Gumloop's record of an operation that returns one. An empty body is an empty record; an operation of whose record
 * nothing is documented may return anything.
 * @throws AppError `upstream_invalid` for a text, a list or nothing in its place.
 */
export function recordOf(tool: CatalogTool, { value, isEmpty }: CallResult): Record<string, unknown> {
  if (isObject(value)) return value
  if (isEmpty) return {}
  const { properties = {} } = tool.definition.outputSchema
  if (Object.keys(properties).length > 0)
    throw unknownShape(value, 'the record that was asked for', !tool.definition.annotations.readOnlyHint)
  return { result: value }
}

/**
 * `structured` with every field as its schema states. Fields of Gumloop's that have the name of one of ours, but another
 * type, are converted where the meaning is certain, else null, else left out: a client that checks the schema would throw
 * the whole result away.
 */
export function fittedToSchema(
  structured: Record<string, unknown>,
  { properties = {} }: JsonSchema,
): Record<string, unknown> {
  const wrong = Object.entries(properties).filter(
    ([name, schema]) => structured[name] !== undefined && !fits(schema, structured[name]),
  )
  if (wrong.length === 0) return structured
  const fitted = { ...structured }
  for (const [name, schema] of wrong) {
    const value = fitted[name]
    const found = [textOrNull(value), numberOrNull(value), null].find(other => fits(schema, other))
    if (found === undefined) delete fitted[name]
    else fitted[name] = found
  }
  return fitted
}

function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.keys(schema).length === 0 || checkArguments(schema, value).length === 0
}
