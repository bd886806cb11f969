/**
 * Lists of types → what every client can load. Several of them refuse all tools of a server because of one
 * `"type": ["string", "null"]`. Pure.
 */
import { typesOf } from '../../lambda/catalog/schema-types.ts'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'

export interface SingleTyped {
  properties: Record<string, JsonSchema>
  /** By field: types that it takes beside the one in its schema. */
  alsoAccepts: Record<string, string[]>
}

/**
 * Input fields with one type each: the first that is not null. `null` remains accepted for `nullableFields` alone, where
 * it says something; for others, null means that they are left out. @throws Error for a field that has no single type.
 */
export function singleTypedInputs(
  fields: Record<string, JsonSchema>,
  nullableFields: readonly string[],
): SingleTyped {
  for (const name of nullableFields)
    if (!fields[name]) throw new Error(`null_clears: there is no input ${name}`)
  const alsoAccepts: Record<string, string[]> = {}
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => {
      const [first, ...others] = typesOf(schema).filter(type => type !== 'null')
      const also = [...others, ...(nullableFields.includes(name) ? ['null'] : [])]
      if (also.length > 0) alsoAccepts[name] = also
      return [name, inner({ ...schema, ...(first !== undefined && { type: first }) }, name)]
    }),
  )
  return { properties, alsoAccepts }
}

function inner(schema: JsonSchema, path: string): JsonSchema {
  const types = typesOf(schema).filter(type => type !== 'null')
  if (types.length > 1)
    throw new Error(`${path}: a field inside of another has one type, not ${types.join(' or ')}`)
  const { type: _, items, properties, ...rest } = schema
  return {
    ...(types[0] !== undefined && { type: types[0] }),
    ...rest,
    ...(items && { items: inner(items, `${path}[]`) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, part]) => [name, inner(part, `${path}.${name}`)]),
      ),
    }),
  }
}

/** Output fields: a list of types becomes `anyOf` of single ones. */
export function singleTypedOutput(schema: JsonSchema): JsonSchema {
  const { type, items, properties, ...rest } = schema
  const typed = Array.isArray(type)
    ? { anyOf: type.map(one => ({ type: one })) }
    : type === undefined
      ? {}
      : { type }
  return {
    ...typed,
    ...rest,
    ...(items && { items: singleTypedOutput(items) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, part]) => [name, singleTypedOutput(part)]),
      ),
    }),
  }
}
