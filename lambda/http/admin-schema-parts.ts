/** The parts that the admin API's schemas are made of. Pure. */

/** A JSON Schema, or a reference to one of `ADMIN_SCHEMAS`. */
export interface Schema {
  [keyword: string]: unknown
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const words = (items: Schema, maxItems: number, description: string): Schema => ({
  type: 'array',
  items,
  maxItems,
  description,
})
export const text = (description: string): Schema => ({ type: 'string', description })
export const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
export const timestamp = (description: string): Schema => ({
  type: 'string',
  format: 'date-time',
  description,
})

/** An object with exactly these fields, all required except `optional`. */
export function record(
  description: string,
  properties: Record<string, Schema>,
  optional: string[] = [],
): Schema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', description, properties, required, additionalProperties: false }
}

/** An object with these fields, all optional except `required`. */
export function input(
  description: string,
  properties: Record<string, Schema>,
  required: string[] = [],
): Schema {
  return {
    type: 'object',
    description,
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

export const list = (of: string): Schema =>
  record('One page of a list.', {
    result: { type: 'array', items: ref(of) },
    next_cursor: orNull(text('Send it back unchanged for the next page; null on the last page.')),
    result_count: count('Entries on this page.'),
  })
