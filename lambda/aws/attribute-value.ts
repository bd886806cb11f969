/** Plain values ↔ DynamoDB's attribute values, for the types that our items use. Pure. */
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'

/** What an attribute may hold. Numbers are safe integers or doubles; there are no sets and no binary values. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value }

/** An item as code sees it. A missing attribute is `undefined`. */
export type Item = Record<string, Value>

/** A value in DynamoDB's wire format. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Record<string, AttributeValue> }

/** One value in DynamoDB's format. Throws `internal` for a number that DynamoDB cannot store. */
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

/** An item in DynamoDB's format; attributes that are `undefined` are left out. */
export function toAttributes(item: { [name: string]: Value | undefined }): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(item)) {
    if (value !== undefined) attributes[name] = toAttributeValue(value)
  }
  return attributes
}

/** The value of an attribute. Throws `internal` for a type that we never write (sets, binary). */
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
  throw new AppError('internal', 'The table contains a value of a type that this version does not know.')
}

/** An item from DynamoDB's format. */
export function fromAttributes(attributes: Record<string, unknown>): Item {
  const item: Item = {}
  for (const [name, attribute] of Object.entries(attributes)) item[name] = fromAttributeValue(attribute)
  return item
}
