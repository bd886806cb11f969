/** Values for a zod schema, generated from its definition: mostly valid ones, and ways to corrupt them. */
import fc from 'fast-check'
import type { SchemaLike } from './sdk-schemas.ts'

/** zod's description of a schema. */
interface Definition {
  type: string
  [part: string]: unknown
}

/** Strings that pass one of the SDK's format checks. */
const TEXTS = [
  '',
  'text',
  'https://example.com/a?b=c',
  'javascript:alert(1)',
  'file:///tmp/a',
  '2026-07-28T10:00:00Z',
  '2026-07-28T10:00:00.5+02:00',
  'aGVsbG8=',
  '2.0',
  '2025-11-25',
  '2026-07-28',
]
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 6 }))
const BY_FORMAT: Record<string, string[]> = {
  url: ['https://example.com/a?b=c', 'http://localhost/'],
  starts_with: ['file:///tmp/a'],
  datetime: ['2026-07-28T10:00:00Z', '2026-07-28T10:00:00.5+02:00'],
}
const number = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -1, max: 100 }) },
  fc.constantFrom(0, -0, 0.5, 1, 1.5, 2 ** 53, -(2 ** 53), 2 ** 53 - 1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const anything = fc.jsonValue({ maxDepth: 2 })

/** The formats that a string schema requires, by itself or by its checks. */
function formatsOf(def: Definition): string[] {
  const checks = list(def.checks).map(one => definitionOf(one).format)
  return [def.format, ...checks].filter(one => typeof one === 'string')
}

function definitionOf(schema: unknown): Definition {
  const { _zod: zod } = schema as { _zod: { def: Definition } } // every real zod schema has it
  return zod.def
}

/** Mostly values that `schema` accepts. `depth` limits recursive schemas. */
export function fitting(schema: unknown, depth = 9): fc.Arbitrary<unknown> {
  if (depth < 0) return anything
  const def = definitionOf(schema)
  const inner = (part: unknown) => fitting(part, depth - 1)
  switch (def.type) {
    case 'string': {
      const matching = formatsOf(def).flatMap(format => BY_FORMAT[format] ?? [])
      return matching.length > 0
        ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...matching) }, text)
        : text
    }
    case 'number':
      return number
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'literal':
      return fc.constantFrom(...list(def.values))
    case 'enum':
      return fc.constantFrom(...Object.values(Object(def.entries)))
    case 'array':
      return fc.array(inner(def.element), { maxLength: 3 })
    case 'object':
      return object(Object(def.shape), def.catchall, inner)
    case 'record':
      return fc.dictionary(
        fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '1')),
        inner(def.valueType),
        {
          maxKeys: 3,
        },
      )
    case 'union':
      return fc.oneof(...list(def.options).map(inner))
    case 'intersection':
      return fc
        .tuple(inner(def.left), inner(def.right))
        .map(([left, right]) => ({ ...Object(left), ...Object(right) }))
    case 'optional':
      return fc.option(inner(def.innerType), { nil: undefined, freq: 4 })
    case 'default':
    case 'catch':
      return fc.oneof({ weight: 4, arbitrary: inner(def.innerType) }, anything)
    case 'pipe':
      return definitionOf(def.in).type === 'transform' || definitionOf(def.in).type === 'unknown'
        ? fc.oneof({ weight: 4, arbitrary: inner(def.out) }, anything)
        : inner(def.in)
    case 'lazy':
      return fitting((def.getter as () => unknown)(), depth - 4)
    default:
      return anything
  }
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function object(
  shape: Record<string, unknown>,
  catchall: unknown,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const known = Object.fromEntries(Object.keys(shape).map(key => [key, inner(shape[key])]))
  const required = Object.keys(shape).filter(key => definitionOf(shape[key]).type !== 'optional')
  const other = fc.dictionary(fc.constantFrom('extra', 'x-other', '__proto__', 'toString'), anything, {
    maxKeys: 1,
  })
  const likelyOther = catchall === undefined ? 1 : 3
  return fc
    .tuple(
      fc.record(known, { requiredKeys: required }),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: likelyOther, arbitrary: other }),
    )
    .map(([one, two]) => {
      const both = { ...two, ...one }
      // Parsed JSON can contain this as an own key.
      if (Object.hasOwn(two, '__proto__'))
        Object.defineProperty(both, '__proto__', { value: 1, enumerable: true })
      return both
    })
}

class NotPlain {
  kind = 'not plain'
}

/** Values of wrong types, including those that a handler can return but JSON cannot express. */
const JUNK: (() => unknown)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 'junk',
  () => 1.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => [],
  () => Array(101).fill('x'),
  () => {
    const holes: unknown[] = []
    holes[2] = 'x'
    return holes
  },
  () => ({}),
  () => ({ type: 'text' }),
  () => ({ constructor: 'x' }),
  () => Object.create(null),
  () => new NotPlain(),
  () => new Date(0),
  () => new Map([['a', 1]]),
  () => () => 1,
  () => 1n,
  () => ({ [Symbol('key')]: 1 }),
]

/** A change to a value: at a place (a number per level), removes the key, replaces the value with junk, or adds a key. */
export const damage = fc.record({
  place: fc.array(fc.nat({ max: 6 }), { maxLength: 4 }),
  how: fc.constantFrom('remove', 'replace', 'add'),
  /** For `add`: an unknown name, or one that has a meaning in some schema. */
  key: fc.constantFrom('added', 'task', 'requestState', 'toolResult', '_meta'),
  junk: fc.constantFrom(...JUNK),
})
export type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

/** A copy of `value` with the change. */
export function damaged(value: unknown, { place, how, key: name, junk }: Damage): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return junk()
  const keys = Object.keys(value)
  const [at = 0, ...deeper] = place
  const key = keys[at % keys.length] ?? ''
  const copy: Record<string, unknown> = Array.isArray(value) ? Object([...value]) : { ...value }
  if (deeper.length > 0) copy[key] = damaged(copy[key], { place: deeper, how, key: name, junk })
  else if (how === 'remove') delete copy[key]
  else if (how === 'replace') copy[key] = junk()
  else copy[name] = junk()
  return copy
}

/** Everything that a caller can observe of one parse. */
export function outcome(schema: SchemaLike, value: unknown): object {
  try {
    const result = schema.safeParse(value)
    if (result.success) return { data: result.data, keys: keysOf(result.data) }
    return { error: String(result.error), issues: result.error?.issues }
  } catch (error) {
    return { error: String(error) }
  }
}

/** The keys in order, including those of undefined values and a changed prototype, which `toEqual` ignores. */
function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  const prototype: unknown = Object.getPrototypeOf(value)
  const isData =
    typeof prototype === 'object' && prototype !== null && !Object.hasOwn(prototype, 'constructor')
  return [
    isData ? prototype : 'usual',
    ...Reflect.ownKeys(value).map(key => [key, keysOf(Reflect.get(value, key))]),
  ]
}
