/** Plain values to DynamoDB's attribute values and back: the part of the format that our records use. Pure. */
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'

/** What a record may hold. Numbers are safe integers or doubles; there are no sets and no binary values. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value }

/** A record as code sees it. An attribute that is not there is `undefined`. */
export type Item = Record<string, Value>

/** DynamoDB's own notation of a value, as it goes over the wire. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Record<string, AttributeValue> }

/** One value in DynamoDB's notation. Throws `internal` for a number that DynamoDB cannot hold. */
export function toAttributeValue(value: Value): AttributeValue {
  if (value === null) return { NULL: true }
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new AppError('internal', 'A number that is not finite cannot be stored.')
    return { N: String(value) }
  }
  if (Array.isArray(value)) return { L: value.map(toAttributeValue) }
  return { M: toAttributes(value) }
}

/** A record in DynamoDB's notation; attributes that are `undefined` are left out. */
export function toAttributes(item: { [name: string]: Value | undefined }): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(item)) {
    if (value !== undefined) attributes[name] = toAttributeValue(value)
  }
  return attributes
}

/** The value behind DynamoDB's notation. Throws `internal` for a type that we never write (sets, binary). */
export function fromAttributeValue(attribute: unknown): Value {
  if (isObject(attribute)) {
    const { S, N, BOOL, NULL, L, M } = attribute
    if (typeof S === 'string') return S
    if (typeof N === 'string') return Number(N)
    if (typeof BOOL === 'boolean') return BOOL
    if (NULL === true) return null
    if (Array.isArray(L)) return L.map(fromAttributeValue)
    if (isObject(M)) return fromAttributes(M)
  }
  throw new AppError('internal', 'The table holds a value of a type that this version does not know.')
}

/** A record out of DynamoDB's notation. */
export function fromAttributes(attributes: Record<string, unknown>): Item {
  const item: Item = {}
  for (const [name, attribute] of Object.entries(attributes)) item[name] = fromAttributeValue(attribute)
  return item
}
