/**
 * Whether an object takes other fields than the declared ones, in the form that every client can load: several fail on
 * `additionalProperties: true` or `false`, and refuse all tools of a server because of one. Pure.
 */
import type { JsonSchema } from '../../lambda/catalog/tool.ts'

/** Says that an object takes any field. Not an empty schema, which converters to strict schemas take for none. */
const ANY_FIELD: JsonSchema = { description: 'Any value.' }

/**
 * `schema` without a boolean anywhere.
 * @returns also the inner objects that take no other fields, as paths of `accepted-schema.ts`; the schema itself never does.
 */
export function withoutBooleans(schema: JsonSchema): { schema: JsonSchema; closedFields: string[] } {
  const closedFields: string[] = []
  const convert = (part: JsonSchema, path: readonly string[]): JsonSchema => {
    const { additionalProperties: others, properties, items, ...rest } = part
    if (others === false && path.length > 0) closedFields.push(path.join('.'))
    return {
      ...rest,
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, field]) => [name, convert(field, [...path, name])]),
        ),
      }),
      ...(items && { items: convert(items, [...path, '[]']) }),
      ...(others === true && { additionalProperties: ANY_FIELD }),
      ...(typeof others === 'object' && { additionalProperties: convert(others, [...path, '*']) }),
    }
  }
  return { schema: convert(schema, []), closedFields }
}
