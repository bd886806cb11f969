/** Values from a JSON Schema for property-based tests: valid ones, and slightly corrupted ones. */
import fc from 'fast-check'
import type { Schema } from '../../lambda/http/admin-schema-parts.ts'

/** Values for places whose valid values the schema does not express: `config.tags[]` → an arbitrary. */
export type Known = Record<string, fc.Arbitrary<unknown>>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Valid values. Supports only the keywords that our API description uses. */
export function fitting(schema: Schema, known: Known = {}, at = ''): fc.Arbitrary<unknown> {
  const own = known[at]
  if (own !== undefined) return own
  const { type, enum: choices, anyOf, format, pattern } = schema
  if (Array.isArray(choices)) return fc.constantFrom(...choices)
  if (type === undefined && Array.isArray(anyOf)) {
    return fc.oneof(...anyOf.filter(isSchema).map(one => fitting(one, known, at)))
  }
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') {
    return fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 1_000_000) })
  }
  if (type === 'string' && format === 'date-time') {
    return fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map(date => date.toISOString())
  }
  if (type === 'string') {
    const text =
      typeof pattern === 'string'
        ? fc.stringMatching(new RegExp(pattern, 'u'))
        : fc.string({ minLength: Number(schema.minLength ?? 0), maxLength: Number(schema.maxLength ?? 50) })
    return text.filter(one => [...one].length <= Number(schema.maxLength ?? Number.POSITIVE_INFINITY))
  }
  if (type === 'array') {
    const items = isSchema(schema.items) ? schema.items : {}
    return fc.array(fitting(items, known, `${at}[]`), {
      minLength: Number(schema.minItems ?? 0),
      maxLength: 4,
    })
  }
  if (type === 'object') return objects(schema, known, at)
  throw new Error(`no values for the schema at ${at || 'the top'}: ${JSON.stringify(schema)}`)
}

function objects(schema: Schema, known: Known, at: string): fc.Arbitrary<unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {}
  const model: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [name, property] of Object.entries(properties)) {
    if (isSchema(property)) model[name] = fitting(property, known, at === '' ? name : `${at}.${name}`)
  }
  const required = Array.isArray(schema.required) ? schema.required.map(String) : []
  return fc.record(model, { requiredKeys: required }).map(value => ({ ...value })) // an ordinary prototype
}

/** The value with one corrupted place: another type, missing, too long or nested. It may still be valid. */
export function bent(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1e300, {}, [], 'x'.repeat(5_000), '\u0000', '\u202e'),
    fc.constant(undefined),
  )
  return fc
    .tuple(values, fc.nat(), change, fc.constantFrom('replace', 'add', 'whole'))
    .map(([value, at, next, how]) => {
      if (how === 'whole') return next === undefined ? [] : next
      const copy: unknown = structuredClone(value)
      const places = placesIn(copy)
      const place = places[at % places.length]
      if (place === undefined) return next
      if (how === 'add') place.holder[`${place.name}_`] = next
      else place.holder[place.name] = next
      return copy
    })
}

interface Place {
  holder: Record<string, unknown>
  name: string
}

function placesIn(value: unknown): Place[] {
  if (!isSchema(value)) return []
  return Object.keys(value).flatMap(name => [{ holder: value, name }, ...placesIn(value[name])])
}
