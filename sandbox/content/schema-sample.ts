/** A value that matches a JSON Schema, for models that must answer in one. */
import { isObject } from '../http/request-check.ts'

/** Schemas may be recursive, so deeper levels stay empty. */
const DEPTH_LIMIT = 12

export function sampleOf(schema: unknown, depth = 0): unknown {
  if (!isObject(schema) || depth > DEPTH_LIMIT) return {}
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[key]
    if (Array.isArray(choices)) return sampleOf(choices[0], depth + 1)
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'string') return 'sandbox'
  if (type === 'integer' || type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  if (type === 'array') return [sampleOf(schema.items, depth + 1)]
  const properties = isObject(schema.properties) ? schema.properties : {}
  return Object.fromEntries(Object.entries(properties).map(([name, sub]) => [name, sampleOf(sub, depth + 1)]))
}
