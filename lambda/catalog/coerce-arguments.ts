/**
 * Arguments as clients send them → arguments as the schema has them, where the meaning is certain: a number for a
 * string, text for a number, a flag, a list or an object, null or an empty text for something left out, and keys that
 * clients add of their own accord. What is not certain stays as it is, for `check-arguments.ts` to refuse. Pure.
 */
import { ExactInteger } from '../shared/exact-integer.ts'
import { findExcess } from '../shared/json-excess.ts'
import { isObject } from '../shared/json-value.ts'
import { parseJson } from '../shared/parse-json.ts'
import { typesOf } from './schema-types.ts'
import { similarName } from './similar-name.ts'
import type { JsonSchema } from './tool.ts'

export interface Coerced {
  /** The same value where nothing had to change; not an object where the caller sent none. */
  args: unknown
  /** Top-level keys that were dropped, since they resemble no field. */
  ignored: string[]
}

/** A client adds a few keys. Where there are more, something else is wrong, and none of them is dropped. */
const MAX_DROPPED_KEYS = 20
/** The limits of the message do not see JSON inside of strings: so many are read in a call, with so many values each. */
const MAX_JSON_TEXTS = 20
const MAX_JSON_TEXT_VALUES = 10_000
/** Deeper values are left alone; the check refuses them. */
const MAX_DEPTH = 64

/**
 * @param schema of an object. A property with `null` among its types keeps null: there it says something.
 * @param mayDrop false: unknown keys stay, and the check refuses them.
 * @param sent any JSON value, or undefined; nothing, null, an empty list and JSON text of an object are objects too.
 */
export function coerceArguments(schema: JsonSchema, sent: unknown, mayDrop = true): Coerced {
  const budget = { texts: MAX_JSON_TEXTS }
  const whole = wholeArguments(sent, budget)
  if (!isObject(whole)) return { args: whole, ignored: [] }
  const ignored = mayDrop && schema.additionalProperties === false ? unknownKeys(whole, schema) : []
  const known =
    ignored.length === 0
      ? whole
      : Object.fromEntries(Object.entries(whole).filter(([name]) => !ignored.includes(name)))
  return { args: coerceObject(schema, known, budget, 0), ignored }
}

interface Budget {
  /** JSON texts that may still be parsed. */
  texts: number
}

function wholeArguments(sent: unknown, budget: Budget): unknown {
  if (sent === undefined || sent === null || sent === '') return {}
  // PHP and Lua know no difference between an empty list and an empty object.
  if (Array.isArray(sent) && sent.length === 0) return {}
  return typeof sent === 'string' ? (fromJsonText(sent, isObject, budget) ?? sent) : sent
}

function unknownKeys(args: Record<string, unknown>, schema: JsonSchema): string[] {
  const properties = schema.properties ?? {}
  const unknown: string[] = []
  for (const name of Object.keys(args)) {
    if (Object.hasOwn(properties, name)) continue
    if (unknown.push(name) > MAX_DROPPED_KEYS) return []
  }
  const known = Object.keys(properties)
  return unknown.filter(name => similarName(name, known) === undefined)
}

function coerceObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  budget: Budget,
  depth: number,
): Record<string, unknown> {
  const { properties = {}, required = [] } = schema
  let hasChanged = false
  const entries: [string, unknown][] = []
  for (const [name, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property && !required.includes(name) && isLeftOut(name, property, item)) {
      hasChanged = true
      continue
    }
    const coerced = property ? coerce(property, item, budget, depth + 1) : item
    if (coerced !== item) hasChanged = true
    entries.push([name, coerced])
  }
  return hasChanged ? Object.fromEntries(entries) : value
}

/** Names of fields for which an empty text cannot be a value: ids, cursors and times. */
const NEVER_EMPTY = /(?:^|_)(?:ids?|cursor|key|at|date|time|ts|created_after|created_before)$/

function isLeftOut(name: string, schema: JsonSchema, value: unknown): boolean {
  if (value === null) return schema.type !== undefined && !typesOf(schema).includes('null')
  if (value !== '') return false
  if (schema.enum) return !schema.enum.includes('')
  const types = typesOf(schema)
  if (types.includes('string')) return NEVER_EMPTY.test(name)
  return types.some(type => type === 'integer' || type === 'number' || type === 'boolean')
}

function coerce(schema: JsonSchema, value: unknown, budget: Budget, depth: number): unknown {
  if (depth > MAX_DEPTH) return value
  const types = typesOf(schema)
  const read = fitted(types, value, budget)
  if (isObject(read)) return coerceObject(schema, read, budget, depth)
  if (!Array.isArray(read) || !schema.items) return read
  const { items } = schema
  let hasChanged = false
  const list = read.map(item => {
    const coerced = coerce(items, item, budget, depth + 1)
    if (coerced !== item) hasChanged = true
    return coerced
  })
  return hasChanged ? list : read
}

function fitted(types: string[], value: unknown, budget: Budget): unknown {
  // A field of two forms, text or object: JSON text of an object is the object.
  const isText = typeof value === 'string' && types.some(type => type === 'object' || type === 'array')
  if (!isText && (types.length === 0 || types.some(type => isOfType(type, value)))) return value
  for (const type of types) {
    const read = type === 'string' && isText ? undefined : converted(type, value, budget)
    if (read !== undefined) return read
  }
  return value
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  if (type === 'null') return value === null
  if (type === 'integer' || type === 'number')
    return typeof value === 'number' || value instanceof ExactInteger
  return typeof value === type
}

/** The value in this type; undefined where that is not certain. */
function converted(type: string, value: unknown, budget: Budget): unknown {
  if (type === 'string') return textOf(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  switch (type) {
    case 'integer':
      return /^[+-]?\d{1,100}(?:\.0*)?$/.test(text) ? numberOf(text) : undefined
    case 'number':
      return /^[+-]?\d{1,100}(?:\.\d{0,100})?(?:e[+-]?\d{1,3})?$/i.test(text) ? numberOf(text) : undefined
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined
    case 'array':
      return fromJsonText(text, Array.isArray, budget)
    case 'object':
      return fromJsonText(text, isObject, budget)
    default:
      return undefined
  }
}

/** A number that is written in one way only. Others (1.50, 1e3) may have been written differently. */
function textOf(value: unknown): string | undefined {
  return Number.isSafeInteger(value) || value instanceof ExactInteger ? String(value) : undefined
}

function numberOf(text: string): number | ExactInteger | undefined {
  const number = Number(text)
  if (!Number.isFinite(number)) return undefined
  const isRounded = Number.isInteger(number) && !Number.isSafeInteger(number)
  return isRounded && /^-?[1-9]\d*$/.test(text) ? new ExactInteger(text) : number
}

function fromJsonText<T>(
  text: string,
  isWanted: (value: unknown) => value is T,
  budget: Budget,
): T | undefined {
  if (!/^\s*[[{]/.test(text) || budget.texts === 0) return undefined
  budget.texts--
  if (findExcess(text, MAX_JSON_TEXT_VALUES) !== undefined) return undefined
  try {
    const value = parseJson(text)
    return isWanted(value) ? value : undefined
  } catch {
    return undefined
  }
}
