/**
 * Replaces the SDK's `import * as z from 'zod/v4'` in bundles.
 *
 * The SDK creates hundreds of schemas when it loads and more on the first message of each protocol version, but a
 * tool call uses about ten. Here, a schema only records how to create it. `quick-check.ts` validates values against
 * it; whatever that does not support, and every issue and error text, comes from the real schema, which loads zod on
 * demand. This file must not make decisions of its own, and a function that the SDK calls and this file does not have
 * must fail (a `TypeError` when the SDK loads) instead of being ignored.
 */
import { isReal, loadZod, type SafeParseResult, Schema, toReal } from './schema.ts'
import type { Node, Shape } from './schema-node.ts'

function made(node: Node | undefined, name: string, args: unknown[] = []): Schema {
  return new Schema(node, undefined, name, args)
}

export const string = (): Schema => made({ kind: 'string' }, 'string')
export const boolean = (): Schema => made({ kind: 'boolean' }, 'boolean')
export const unknown = (): Schema => made({ kind: 'unknown' }, 'unknown')
export const any = (): Schema => made({ kind: 'unknown' }, 'any')
export const email = (): Schema => made(undefined, 'email')
export const url = (): Schema => made(undefined, 'url')

export const number = (): Schema =>
  made(
    { kind: 'number', integer: false, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
    'number',
  )

export const literal = (value: unknown): Schema =>
  made({ kind: 'values', values: new Set(Array.isArray(value) ? value : [value]) }, 'literal', [value])

export const object = (shape: Shape = {}): Schema =>
  made({ kind: 'object', shape: () => shape, rest: 'drop' }, 'object', [shape])

export const looseObject = (shape: Shape): Schema =>
  made({ kind: 'object', shape: () => shape, rest: unknown() }, 'looseObject', [shape])

export const array = (item: Schema): Schema =>
  made({ kind: 'array', item, maxLength: Number.POSITIVE_INFINITY }, 'array', [item])

export const record = (key: Schema, value: Schema): Schema =>
  made(key.node?.kind === 'string' ? { kind: 'record', value } : undefined, 'record', [key, value])

export const union = (options: Schema[]): Schema => made({ kind: 'union', options }, 'union', [options])

export const discriminatedUnion = (key: string, options: Schema[]): Schema =>
  made({ kind: 'discriminated', key, options }, 'discriminatedUnion', [key, options])

export const intersection = (left: Schema, right: Schema): Schema =>
  made({ kind: 'intersection', left, right }, 'intersection', [left, right])

export const optional = (inner: Schema): Schema => made({ kind: 'optional', inner }, 'optional', [inner])

export const lazy = (get: () => Schema): Schema => made({ kind: 'lazy', get }, 'lazy', [() => get().real()])

export const preprocess = (change: (value: unknown) => unknown, to: Schema): Schema => {
  const from = { node: change.length > 1 ? undefined : ({ kind: 'transform', change } as const) }
  return made({ kind: 'pipe', from, to }, 'preprocess', [change, to])
}

const nullValue = (): Schema => made({ kind: 'null' }, 'null')
const enumOf = (values: string[]): Schema =>
  made({ kind: 'values', values: new Set(values) }, 'enum', [values])

export { enumOf as enum, nullValue as null }

export const iso = {
  date: (params?: object): Schema => made(undefined, 'isoDate', [params]),
  datetime: (params?: object): Schema => made(undefined, 'isoDatetime', [params]),
}
export const coerce = { number: (): Schema => made(undefined, 'coerceNumber') }

export const safeParse = (schema: Schema, value: unknown): SafeParseResult => schema.safeParse(value)

export const toJSONSchema = (schema: unknown, params?: object): unknown => {
  const real = toReal(schema)
  return isReal(real) ? loadZod().toJSONSchema(real, params) : undefined
}

/** Used by refinement functions of the SDK while real zod runs them. */
export const NEVER = Object.freeze({ status: 'aborted' })
export const ZodIssueCode = { custom: 'custom' }
