/** The parts that the admin API's schemas are made of. Pure. */
import { RECORD_NAME_PATTERN } from '../shared/record-name.ts'

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

/** @param optional further fields that a page may have. */
export const list = (of: string, optional: Record<string, Schema> = {}): Schema =>
  record(
    'One page of a list.',
    {
      result: { type: 'array', items: ref(of) },
      next_cursor: orNull(text('Send it back unchanged for the next page; null on the last page.')),
      result_count: count('Entries on this page.'),
      ...optional,
    },
    Object.keys(optional),
  )

export const id: Schema = { type: 'string', pattern: '^[a-z0-9]{16}$' }
export const accountId: Schema = { type: 'string', pattern: RECORD_NAME_PATTERN }
export const word: Schema = { type: 'string', minLength: 1, maxLength: 100 }
export const name: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'Display name. Not blank, no control characters.',
  allOf: [
    { pattern: '\\S' },
    { pattern: '^[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$' },
  ],
}
export const printable = (maxLength: number, description: string): Schema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^\\s*[\\x21-\\x7e]+\\s*$',
  description,
})
export const expiry: Schema = {
  ...orNull(timestamp('')),
  description: 'When it expires, at least 60 seconds from now; null: never.',
}
