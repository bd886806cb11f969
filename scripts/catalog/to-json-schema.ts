/** OpenAPI 3.0 schema → the small JSON Schema that models and `check-arguments.ts` read: references inlined, `nullable` and `oneOf` as a list of types. */
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import type { OpenApiDocument, OpenApiSchema } from './open-api.ts'

const KEYWORDS = [
  'description',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const

export function resolveReference(schema: OpenApiSchema, document: OpenApiDocument): OpenApiSchema {
  if (!schema.$ref) return schema
  const name = schema.$ref.replace('#/components/schemas/', '')
  const target = document.components.schemas[name]
  if (!target) throw new Error(`the API description refers to ${schema.$ref}, which it does not contain`)
  return resolveReference(target, document)
}

export function toJsonSchema(source: OpenApiSchema, document: OpenApiDocument): JsonSchema {
  const schema = merged(resolveReference(source, document), document)
  const out: JsonSchema = {}
  const types = schema.oneOf
    ? schema.oneOf.flatMap(one => resolveReference(one, document).type ?? [])
    : schema.type
      ? [schema.type]
      : []
  if (schema.nullable && types.length > 0) types.push('null')
  const [only, ...more] = types
  if (only) out.type = more.length > 0 ? types : only
  for (const keyword of KEYWORDS) {
    const value = schema[keyword]
    if (value !== undefined) Object.assign(out, { [keyword]: value })
  }
  if (schema.enum) out.enum = schema.enum
  const items = schema.items ?? schema.oneOf?.map(one => resolveReference(one, document).items).find(Boolean)
  if (items) out.items = toJsonSchema(items, document) // OpenAI rejects an array without items
  if (schema.properties) {
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, toJsonSchema(property, document)]),
    )
    if (schema.required?.length) out.required = schema.required
  }
  if (typeof schema.additionalProperties === 'boolean') out.additionalProperties = schema.additionalProperties
  return out
}

/** `allOf` is inheritance in this description: one object with all properties. */
function merged(schema: OpenApiSchema, document: OpenApiDocument): OpenApiSchema {
  if (!schema.allOf) return schema
  const { allOf, ...own } = schema
  const whole: OpenApiSchema = {}
  for (const part of [...allOf.map(one => merged(resolveReference(one, document), document)), own]) {
    const properties = { ...whole.properties, ...part.properties }
    const required = [...(whole.required ?? []), ...(part.required ?? [])]
    Object.assign(whole, part, { properties, required })
  }
  return whole
}
