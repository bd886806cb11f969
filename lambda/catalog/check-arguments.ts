/**
 * Checks a value against the JSON Schema subset of `tool.ts` and reports every error at once, each with its path and
 * what was expected, in words that a model can act on. A property-based test compares it with Ajv.
 */

import { cutText } from '../shared/cut-text.ts'
import { ErrorList } from '../shared/error-list.ts'
import type { ValidationError } from '../shared/errors.ts'
import { ExactInteger } from '../shared/exact-integer.ts'
import { isObject } from '../shared/json-value.ts'
import { typesOf } from './schema-types.ts'
import { similarName } from './similar-name.ts'
import type { JsonSchema } from './tool.ts'

/** Deeper values are rejected, so that hostile nesting cannot exhaust the stack. */
const MAX_DEPTH = 64

/** The errors of `value`, at most 20 and a count of the rest; empty if it is valid. The whole value's `path` is the empty string. */
export function checkArguments(schema: JsonSchema, value: unknown): ValidationError[] {
  const errors = new ErrorList()
  check(schema, value, '', errors, 0)
  return errors.toArray()
}

function check(schema: JsonSchema, value: unknown, path: string, errors: ErrorList, depth: number): void {
  const add = (message: string) => errors.add(path, message)
  if (depth > MAX_DEPTH) return void add(`is nested deeper than ${MAX_DEPTH} levels`)
  const types = typesOf(schema)
  if (types.length > 0 && !types.some(type => isOfType(type, value))) {
    return void add(`must be ${types.map(article).join(' or ')}, not ${article(typeName(value))}`)
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return void add(`must be one of ${schema.enum.map(one => JSON.stringify(one)).join(', ')}`)
  }
  if (typeof value === 'string') checkString(schema, value, add)
  else if (typeof value === 'number' || value instanceof ExactInteger) checkNumber(schema, value, add)
  else if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems)
      add(`must have at least ${schema.minItems} items, has ${value.length}`)
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      add(`must have at most ${schema.maxItems} items, has ${value.length}`)
    const { items } = schema
    if (items)
      for (const [index, item] of value.entries()) check(items, item, `${path}[${index}]`, errors, depth + 1)
  } else if (isObject(value)) checkObject(schema, value, path, errors, depth)
}

function checkString(schema: JsonSchema, value: string, add: (message: string) => void): void {
  const { minLength, maxLength, pattern } = schema
  // A character takes one or two units, so most texts need not be counted.
  if (minLength !== undefined && value.length < 2 * minLength && countCharacters(value) < minLength) {
    add(minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`)
  }
  if (maxLength !== undefined && value.length > maxLength) {
    const length = countCharacters(value)
    if (length > maxLength) add(`must have at most ${maxLength} characters, has ${length}`)
    return // no pattern is tried on a text of any length
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) add(`must match ${pattern}`)
}

/** Code points, as JSON Schema counts, without an array of them. */
function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function checkNumber(schema: JsonSchema, value: number | ExactInteger, add: (message: string) => void): void {
  const number = Number(value) // precise enough: no schema has a limit beyond 2^53
  if (schema.minimum !== undefined && number < schema.minimum) add(`must be at least ${schema.minimum}`)
  if (schema.maximum !== undefined && number > schema.maximum) add(`must be at most ${schema.maximum}`)
}

function checkObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  path: string,
  errors: ErrorList,
  depth: number,
): void {
  const properties = schema.properties ?? {}
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) errors.add(at(name), 'is required')
  }
  for (const [name, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property) check(property, item, at(name), errors, depth + 1)
    else if (schema.additionalProperties === false) {
      errors.add(at(shorten(name)), () => unknownField(name, Object.keys(properties)))
    } else if (typeof schema.additionalProperties === 'object') {
      check(schema.additionalProperties, item, at(shorten(name)), errors, depth + 1)
    }
  }
}

function unknownField(name: string, known: string[]): string {
  const near = similarName(name, known)
  if (near) return `is not known; did you mean ${near}?`
  return known.length === 0
    ? 'is not known; this takes no fields'
    : `is not known; the fields are ${known.join(', ')}`
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value) || value instanceof ExactInteger
    case 'number':
      return typeof value === 'number' || value instanceof ExactInteger
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    default:
      return typeof value === type
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return value instanceof ExactInteger ? 'number' : typeof value
}

function article(type: string): string {
  if (type === 'null') return 'null'
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

/** Names come from the caller: an error text must not repeat a megabyte of them. */
function shorten(name: string): string {
  return name.length > 80 ? `${cutText(name, 80)}…` : name
}
