/** Whether a request obeys the API description: generic, from the operation's own schemas. */
import { type Operation, resolve, type Schema } from './description.ts'
import { Refusal } from './error-response.ts'

export type JsonObject = Record<string, unknown>

export interface CheckedRequest {
  /** Query values by name, converted to the declared type; undeclared ones stay text. */
  query: JsonObject
  body: JsonObject
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const TYPE_TESTS: Record<string, (value: unknown) => boolean> = {
  string: v => typeof v === 'string',
  integer: v => Number.isInteger(v),
  number: v => typeof v === 'number' && Number.isFinite(v),
  boolean: v => typeof v === 'boolean',
  array: v => Array.isArray(v),
  object: isObject,
}

function checkString(value: string, schema: Schema): string | null {
  const length = value.trim().length
  if (schema.minLength !== undefined && length < schema.minLength) {
    return schema.minLength === 1 ? 'must not be blank' : `must have at least ${schema.minLength} characters`
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return `must have at most ${schema.maxLength} characters`
  }
  return null
}

function checkArray(value: unknown[], schema: Schema, at: string): Failure | null {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    return { at, message: `must have at least ${schema.minItems} entries` }
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    return { at, message: `must have at most ${schema.maxItems} entries` }
  }
  if (schema.uniqueItems === true && new Set(value.map(v => JSON.stringify(v))).size < value.length) {
    return { at, message: 'must not hold the same entry twice' }
  }
  if (schema.items === undefined) return null
  for (const [i, entry] of value.entries()) {
    const failure = findFailure(entry, schema.items, `${at}[${i}]`)
    if (failure !== null) return failure
  }
  return null
}

function checkObject(value: JsonObject, schema: Schema, at: string): Failure | null {
  const inside = (name: string) => (at === '' ? name : `${at}.${name}`)
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) return { at: inside(name), message: 'is required' }
  }
  for (const [name, entry] of Object.entries(value)) {
    const property = schema.properties?.[name]
    if (property !== undefined) {
      const failure = findFailure(entry, property, inside(name))
      if (failure !== null) return failure
    } else if (schema.additionalProperties === false)
      return { at: inside(name), message: 'is not a known field' }
  }
  return null
}

interface Failure {
  /** Dotted path of the field, empty for the whole. */
  at: string
  message: string
}

/** The first thing wrong with `value`, or null. */
export function findFailure(value: unknown, reference: Schema, at: string): Failure | null {
  const schema = resolve(reference)
  if (value === null && schema.nullable === true) return null
  if (schema.oneOf !== undefined) {
    if (schema.oneOf.some(choice => findFailure(value, choice, at) === null)) return null
    return { at, message: `must be ${schema.oneOf.map(c => c.type ?? 'another shape').join(' or ')}` }
  }
  const isType = TYPE_TESTS[schema.type ?? '']
  if (isType !== undefined && !isType(value)) return { at, message: `must be of type ${schema.type}` }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return { at, message: `must be one of ${schema.enum.filter(e => e !== null).join(', ')}` }
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum)
      return { at, message: `must be at least ${schema.minimum}` }
    if (schema.maximum !== undefined && value > schema.maximum)
      return { at, message: `must be at most ${schema.maximum}` }
  }
  if (typeof value === 'string') {
    const message = checkString(value, schema)
    return message === null ? null : { at, message }
  }
  if (Array.isArray(value)) return checkArray(value, schema, at)
  return isObject(value) ? checkObject(value, schema, at) : null
}

/** Text from the query as its declared type; what does not convert stays text and then fails the check. */
function convert(text: string, schema: Schema): unknown {
  if (schema.type === 'integer' || schema.type === 'number')
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (schema.type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  return text
}

/** Gumloop's own code for a failure in a query parameter (docs/gumloop-api.md, Errors). */
function queryFailureCode(name: string): string {
  if (name === 'page_size') return 'invalid_page_size'
  if (name === 'sort_order') return 'invalid_sort'
  return name === 'uri' ? 'uri_required' : 'invalid_request'
}

function withAliases(values: JsonObject, aliases: Record<string, string>): JsonObject {
  const out = { ...values }
  for (const [name, alias] of Object.entries(aliases)) {
    if (out[name] === undefined && out[alias] !== undefined) out[name] = out[alias]
    delete out[alias]
  }
  return out
}

/** @throws Refusal 400 naming the parameter at fault */
export function checkQuery(operation: Operation, search: URLSearchParams): JsonObject {
  const texts: JsonObject = withAliases(Object.fromEntries(search), operation.queryAliases)
  for (const { in: where, name, required, schema } of operation.parameters) {
    if (where !== 'query') continue
    const text = texts[name]
    if (typeof text !== 'string' || (text === '' && required)) {
      if (!required) continue
      throw new Refusal(400, queryFailureCode(name), `Missing required parameter: ${name}.`, { param: name })
    }
    const value = convert(text, resolve(schema))
    const failure = findFailure(value, schema, name)
    if (failure !== null) {
      throw new Refusal(400, queryFailureCode(name), `${name} ${failure.message}.`, { param: name })
    }
    texts[name] = value
  }
  return texts
}

/** @throws Refusal 400 when the JSON body does not parse or does not obey the operation's schema */
export function checkJsonBody(operation: Operation, bytes: Buffer): JsonObject {
  const declared = operation.body
  if (bytes.length === 0) {
    if (declared?.required !== true) return {}
    throw new Refusal(400, 'invalid_request', 'A JSON body is required.')
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new Refusal(400, 'invalid_request', 'The body is not valid JSON.')
  }
  if (!isObject(value)) throw new Refusal(400, 'invalid_request', 'The body must be a JSON object.')
  const body = withAliases(value, operation.bodyAliases)
  const failure = declared === null ? null : findFailure(body, declared.schema, '')
  if (failure !== null) {
    throw new Refusal(400, 'invalid_request', `${failure.at} ${failure.message}.`, { param: failure.at })
  }
  return body
}
