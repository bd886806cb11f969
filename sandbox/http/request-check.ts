/** Validates requests against the schemas of the API description. */
import { type Operation, resolve, type Schema } from './description.ts'
import { ApiError } from './error-response.ts'

export type JsonObject = Record<string, unknown>

export interface CheckedRequest {
  /** Query values by name, converted to the declared type; undeclared ones stay strings. */
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

function checkArray(value: unknown[], schema: Schema, at: string): ValidationError | null {
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
    const failure = findValidationError(entry, schema.items, `${at}[${i}]`)
    if (failure !== null) return failure
  }
  return null
}

function checkObject(value: JsonObject, schema: Schema, at: string): ValidationError | null {
  const inside = (name: string) => (at === '' ? name : `${at}.${name}`)
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) return { at: inside(name), message: 'is required' }
  }
  for (const [name, entry] of Object.entries(value)) {
    const property = schema.properties?.[name]
    if (property !== undefined) {
      const failure = findValidationError(entry, property, inside(name))
      if (failure !== null) return failure
    } else if (schema.additionalProperties === false)
      return { at: inside(name), message: 'is not a known field' }
  }
  return null
}

interface ValidationError {
  /** Dotted path of the field; empty for the whole value. */
  at: string
  message: string
}

/** The first error in `value`, or null. */
export function findValidationError(value: unknown, reference: Schema, at: string): ValidationError | null {
  const schema = resolve(reference)
  if (value === null && schema.nullable === true) return null
  if (schema.oneOf !== undefined) {
    if (schema.oneOf.some(choice => findValidationError(value, choice, at) === null)) return null
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

/** Converts a query string to its declared type. What does not convert stays a string, which then fails validation. */
function convert(text: string, schema: Schema): unknown {
  if (schema.type === 'integer' || schema.type === 'number')
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (schema.type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  return text
}

/** The error code that Gumloop uses for an invalid query parameter (docs/gumloop-api.md, Errors). */
function queryErrorCode(name: string): string {
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

/** @throws ApiError 400 that names the invalid parameter */
export function checkQuery(operation: Operation, search: URLSearchParams): JsonObject {
  const texts: JsonObject = withAliases(Object.fromEntries(search), operation.queryAliases)
  for (const { in: where, name, required, schema } of operation.parameters) {
    if (where !== 'query') continue
    const text = texts[name]
    if (typeof text !== 'string' || (text === '' && required)) {
      if (!required) continue
      throw new ApiError(400, queryErrorCode(name), `Missing required parameter: ${name}.`, { param: name })
    }
    const value = convert(text, resolve(schema))
    const failure = findValidationError(value, schema, name)
    if (failure !== null) {
      throw new ApiError(400, queryErrorCode(name), `${name} ${failure.message}.`, { param: name })
    }
    texts[name] = value
  }
  return texts
}

/** @throws ApiError 400 when the body is not valid JSON or does not match the operation's schema */
export function checkJsonBody(operation: Operation, bytes: Buffer): JsonObject {
  const declared = operation.body
  if (bytes.length === 0) {
    if (declared?.required !== true) return {}
    throw new ApiError(400, 'invalid_request', 'A JSON body is required.')
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new ApiError(400, 'invalid_request', 'The body is not valid JSON.')
  }
  if (!isObject(value)) throw new ApiError(400, 'invalid_request', 'The body must be a JSON object.')
  const body = withAliases(value, operation.bodyAliases)
  const alternative = body.stream === true ? operation.streamAlternative : null
  const isReplaced = alternative !== null && body[alternative.field] !== undefined
  const complete = isReplaced ? { [alternative.replaces]: '', ...body } : body
  const failure = declared === null ? null : findValidationError(complete, declared.schema, '')
  if (failure !== null) {
    throw new ApiError(400, 'invalid_request', `${failure.at} ${failure.message}.`, { param: failure.at })
  }
  return body
}
