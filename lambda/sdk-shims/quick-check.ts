/**
 * Validates a value without zod, for the kinds of schema that MCP messages consist of.
 *
 * The invariant: the result is the one of zod 4, or `UNSURE`, in which case the caller must use zod. This module does
 * not explain why a value is invalid; only zod creates issues. `test/lambda/sdk-shims/` compares both on every schema
 * of the SDK with generated values.
 */
import { isObject } from '../shared/json-value.ts'
import {
  type Absence,
  absence,
  type Described,
  type DiscriminatedNode,
  type Field,
  type ObjectNode,
  type RefinementContext,
} from './schema-node.ts'

/** The value is invalid. */
export const REJECTED = Symbol('rejected')
/** Only zod can decide. */
export const UNSURE = Symbol('unsure')

/** @returns what zod's `parse` would return for `value`, or `REJECTED`, or `UNSURE` */
export function check({ node }: Described, value: unknown): unknown {
  if (node === undefined) return UNSURE
  switch (node.kind) {
    case 'unknown':
      return value
    case 'string':
    case 'boolean':
      return typeof value === node.kind ? value : REJECTED
    case 'null':
      return value === null ? value : REJECTED
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return REJECTED
      if (node.integer && !Number.isSafeInteger(value)) return REJECTED
      return value < node.min || value > node.max ? REJECTED : value
    }
    case 'values':
      return node.values.has(value) ? value : REJECTED
    case 'array':
      return checkArray(node.item, node.maxLength, value)
    case 'object':
      return checkObject(node, value)
    case 'record':
      return checkRecord(node.value, value)
    case 'union':
      return checkUnion(node.options, value)
    case 'discriminated':
      return checkDiscriminated(node, value)
    case 'intersection':
      return merged(known(check(node.left, value)), known(check(node.right, value)))
    case 'optional':
      if (value !== undefined) return check(node.inner, value)
      return absence(node.inner).in === 'defaulted' ? UNSURE : undefined
    case 'default': {
      const result = value === undefined ? undefined : check(node.inner, value)
      return result === undefined ? node.value() : result
    }
    case 'catch': {
      const result = check(node.inner, value)
      return result === REJECTED ? node.value : result
    }
    case 'lazy':
      return check(node.get(), value)
    case 'refine':
    case 'superRefine': {
      const result = check(node.inner, value)
      if (result === REJECTED || result === UNSURE) return result
      return node.kind === 'refine' ? refined(node.predicate, result) : superRefined(node.refinement, result)
    }
    case 'transform': {
      const result = node.change(value)
      return result instanceof Promise ? UNSURE : result
    }
    case 'pipe': {
      const result = check(node.from, value)
      return result === REJECTED || result === UNSURE ? result : check(node.to, result)
    }
  }
}

/** In an intersection, zod lets one side accept keys that the other rejects, so a rejection needs zod. */
function known(result: unknown): unknown {
  return result === REJECTED ? UNSURE : result
}

function refined(predicate: (value: unknown) => unknown, value: unknown): unknown {
  const verdict = predicate(value)
  if (verdict instanceof Promise) return UNSURE
  return verdict ? value : REJECTED
}

function superRefined(
  refinement: (value: unknown, context: RefinementContext) => unknown,
  value: unknown,
): unknown {
  const context: RefinementContext = { value, issues: [], addIssue: issue => context.issues.push(issue) }
  if (refinement(value, context) instanceof Promise) return UNSURE
  return context.issues.length > 0 ? REJECTED : context.value
}

function checkArray(item: Described, maxLength: number, value: unknown): unknown {
  if (!Array.isArray(value) || value.length > maxLength) return REJECTED
  const out: unknown[] = []
  for (const element of value) {
    const result = check(item, element)
    if (result === REJECTED || result === UNSURE) return result
    out.push(result)
  }
  return out
}

function checkUnion(options: Described[], value: unknown): unknown {
  for (const option of options) {
    const result = check(option, value)
    if (result !== REJECTED) return result
  }
  return REJECTED
}

/** Whether zod's records accept the value; undefined where that depends on more than JSON can express. */
function isPlainObject(value: unknown): boolean | undefined {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return undefined
  if (Object.hasOwn(value, 'constructor') && typeof value.constructor === 'function') return undefined
  return Object.getOwnPropertySymbols(value).length > 0 ? undefined : true
}

function checkRecord(schema: Described, value: unknown): unknown {
  const plain = isPlainObject(value)
  if (plain === undefined) return UNSURE
  if (!plain || !isObject(value)) return REJECTED
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    if (key === '__proto__') continue
    const result = check(schema, value[key])
    if (result === REJECTED || result === UNSURE) return result
    out[key] = result
  }
  return out
}

function fieldsOf(node: ObjectNode): Field[] {
  if (node.fields === undefined) {
    const shape = node.shape()
    node.fields = Object.keys(shape).flatMap(key => {
      const schema = shape[key]
      return schema === undefined ? [] : [{ key, schema, ...absence(schema) }]
    })
  }
  return node.fields
}

function checkObject(node: ObjectNode, value: unknown): unknown {
  if (!isObject(value)) return REJECTED
  const fields = fieldsOf(node)
  const out: Record<string, unknown> = {}
  for (const field of fields) {
    if (field.key === '__proto__') continue
    const failure = checkField(out, field.key, field.schema, field, value)
    if (failure !== undefined) return failure
  }
  if (node.rest === 'drop') return out
  const rest = node.rest === 'reject' ? undefined : node.rest
  const restAbsence = rest && absence(rest)
  const shape = node.shape()
  // As in zod, inherited enumerable keys count.
  for (const key in value) {
    if (Object.hasOwn(shape, key)) continue
    if (rest === undefined || restAbsence === undefined) return REJECTED
    if (key === '__proto__') continue
    const failure = checkField(out, key, rest, restAbsence, value)
    if (failure !== undefined) return failure
  }
  return out
}

/** Adds the checked property to `out`. @returns `REJECTED` or `UNSURE` when that is the result of the whole object */
function checkField(
  out: Record<string, unknown>,
  key: string,
  schema: Described,
  absent: Absence,
  input: Record<string, unknown>,
): unknown {
  const present = key in input
  const result = check(schema, input[key])
  if (result === UNSURE) return UNSURE
  if (!present && absent.out && absent.in === 'optional') return undefined
  if (result === REJECTED) return !present && absent.out && absent.in !== 'required' ? undefined : REJECTED
  if (!present && absent.in === 'required') return REJECTED
  if (result !== undefined || present || (absent.in === 'defaulted' && !absent.out)) out[key] = result
  return undefined
}

function checkDiscriminated(node: DiscriminatedNode, value: unknown): unknown {
  if (!isObject(value)) return REJECTED
  node.byValue ??= optionsByValue(node)
  if (node.byValue === undefined) return UNSURE
  const option = node.byValue.get(value[node.key])
  return option === undefined ? REJECTED : check(option, value)
}

/** @returns undefined for options that only zod can distinguish */
function optionsByValue({ key, options }: DiscriminatedNode): Map<unknown, Described> | undefined {
  const byValue = new Map<unknown, Described>()
  for (const option of options) {
    const tag = option.node?.kind === 'object' ? option.node.shape()[key]?.node : undefined
    if (tag?.kind !== 'values') return undefined
    for (const value of tag.values) {
      if (byValue.has(value)) return undefined
      byValue.set(value, option)
    }
  }
  return byValue
}

/** Merges both sides of an intersection. `UNSURE` where zod might throw. */
function merged(left: unknown, right: unknown): unknown {
  if (left === UNSURE || right === UNSURE) return UNSURE
  if (left === right) return left
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return UNSURE
    const both = left.map((item, index) => merged(item, right[index]))
    return both.includes(UNSURE) ? UNSURE : both
  }
  if (!isPlainObject(left) || !isPlainObject(right) || !isObject(left) || !isObject(right)) return UNSURE
  const both: Record<string, unknown> = { ...left, ...right }
  for (const key of Object.keys(left)) {
    if (!Object.hasOwn(right, key)) continue
    const value = merged(left[key], right[key])
    if (value === UNSURE) return UNSURE
    both[key] = value
  }
  return both
}
