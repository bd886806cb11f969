/** A lazy schema: it records the zod calls that create the real one. See `zod-v4.ts`. */
import type * as zod from 'zod/v4'
import { check, REJECTED, UNSURE } from './quick-check.ts'
import type { Described, Node, ObjectNode, RefinementContext, Shape } from './schema-node.ts'

const ANYTHING: Described = { node: { kind: 'unknown' } }

/** esbuild evaluates a required module when the call runs. An import would evaluate zod at load. */
export const loadZod = (): typeof import('./real-zod.ts') => require('./real-zod.ts')

export type SafeParseResult =
  | { success: true; data: unknown }
  | { success: false; readonly error: zod.ZodError | undefined }

export function isReal(value: unknown): value is zod.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value
}

/** Calls the named function of zod or of a real schema. */
function call(target: object, name: string, args: unknown[]): zod.ZodType {
  const method: unknown = Reflect.get(target, name)
  const result: unknown = typeof method === 'function' ? Reflect.apply(method, target, args) : undefined
  if (!isReal(result)) throw new TypeError(`zod's ${name} does not return a schema`)
  return result
}

/** Converts an argument for zod: replaces schemas with real ones and preserves the getters of a shape. */
export function toReal(value: unknown): unknown {
  if (value instanceof Schema) return value.real()
  if (Array.isArray(value)) return value.map(toReal)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  const copy = {}
  for (const [key, { get, value: own }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const descriptor = get ? { get: () => toReal(get.call(value)) } : { value: toReal(own), writable: true }
    Object.defineProperty(copy, key, { ...descriptor, enumerable: true, configurable: true })
  }
  return copy
}

export class Schema implements Described {
  readonly node: Node | undefined
  readonly #on: Schema | undefined
  readonly #name: string
  readonly #args: unknown[]
  #real: zod.ZodType | undefined

  /** The result of `name(...args)`, called on `on` or, without it, on zod. */
  constructor(node: Node | undefined, on: Schema | undefined, name: string, args: unknown[]) {
    this.node = node
    this.#on = on
    this.#name = name
    this.#args = args
  }

  real(): zod.ZodType {
    this.#real ??= call(this.#on?.real() ?? loadZod(), this.#name, this.#args.map(toReal))
    return this.#real
  }

  safeParse(value: unknown): SafeParseResult {
    const data = check(this, value)
    if (data === UNSURE) return this.real().safeParse(value)
    if (data !== REJECTED) return { success: true, data }
    const real = () => this.real().safeParse(value).error
    return {
      success: false,
      get error() {
        return real()
      },
    }
  }

  /** @throws zod's error */
  parse(value: unknown): unknown {
    const data = check(this, value)
    return data === UNSURE || data === REJECTED ? this.real().parse(value) : data
  }

  get '~standard'(): zod.ZodType['~standard'] {
    return this.real()['~standard']
  }

  get shape(): unknown {
    return this.node?.kind === 'object' ? this.node.shape() : Reflect.get(this.real(), 'shape')
  }

  get options(): unknown {
    return this.node?.kind === 'values' ? [...this.node.values] : Reflect.get(this.real(), 'options')
  }

  unwrap(): unknown {
    return this.node?.kind === 'optional' ? this.node.inner : call(this.real(), 'unwrap', [])
  }

  optional(): Schema {
    return this.#then({ kind: 'optional', inner: this }, 'optional', [])
  }

  default(value: unknown): Schema {
    const constant = typeof value !== 'object' && typeof value !== 'function'
    const empty = Array.isArray(value) && value.length === 0
    const make = constant ? () => value : empty ? () => [] : undefined
    return this.#then(make && { kind: 'default', inner: this, value: make }, 'default', [value])
  }

  catch(value: unknown): Schema {
    const node: Node | undefined =
      typeof value === 'function' ? undefined : { kind: 'catch', inner: this, value }
    return this.#then(node, 'catch', [value])
  }

  or(other: Schema): Schema {
    return this.#then({ kind: 'union', options: [this, other] }, 'or', [other])
  }

  pipe(to: Schema): Schema {
    return this.#then({ kind: 'pipe', from: this, to }, 'pipe', [to])
  }

  transform(change: (value: unknown) => unknown): Schema {
    // A second parameter is zod's context, so the function may do more than change the value.
    const to = { node: change.length > 1 ? undefined : ({ kind: 'transform', change } as const) }
    return this.#then({ kind: 'pipe', from: this, to }, 'transform', [change])
  }

  refine(predicate: (value: unknown) => unknown, params?: { when?: unknown }): Schema {
    const node: Node | undefined = params?.when ? undefined : { kind: 'refine', inner: this, predicate }
    return this.#then(node, 'refine', [predicate, params])
  }

  superRefine(refinement: (value: unknown, context: RefinementContext) => unknown): Schema {
    return this.#then({ kind: 'superRefine', inner: this, refinement }, 'superRefine', [refinement])
  }

  describe(text: string): Schema {
    return this.#then(this.node, 'describe', [text])
  }

  int(): Schema {
    const { node } = this
    return this.#then(node?.kind === 'number' ? { ...node, integer: true } : undefined, 'int', [])
  }

  min(limit: number): Schema {
    const { node } = this
    const next: Node | undefined =
      node?.kind === 'number' ? { ...node, min: Math.max(node.min, limit) } : undefined
    return this.#then(next, 'min', [limit])
  }

  nonnegative(): Schema {
    return this.min(0)
  }

  max(limit: number): Schema {
    const { node } = this
    let next: Node | undefined
    if (node?.kind === 'number') next = { ...node, max: Math.min(node.max, limit) }
    if (node?.kind === 'array') next = { ...node, maxLength: Math.min(node.maxLength, limit) }
    return this.#then(next, 'max', [limit])
  }

  url(): Schema {
    return this.#then(undefined, 'url', [])
  }

  startsWith(prefix: string): Schema {
    return this.#then(undefined, 'startsWith', [prefix])
  }

  extend(incoming: Shape): Schema {
    return this.#then(
      this.#withShape(shape => joined(shape, () => incoming)),
      'extend',
      [incoming],
    )
  }

  merge(other: Schema): Schema {
    const { node } = other
    const next =
      node?.kind === 'object' ? this.#withShape(shape => joined(shape, node.shape), node.rest) : undefined
    return this.#then(next, 'merge', [other])
  }

  pick(mask: Record<string, boolean>): Schema {
    const picked = (shape: ObjectNode['shape']) => () =>
      Object.fromEntries(Object.entries(shape()).filter(([key]) => mask[key]))
    return this.#then(this.#withShape(picked), 'pick', [mask])
  }

  loose(): Schema {
    return this.#then(this.#withShape(undefined, ANYTHING), 'loose', [])
  }

  strict(): Schema {
    return this.#then(this.#withShape(undefined, 'reject'), 'strict', [])
  }

  strip(): Schema {
    return this.#then(this.#withShape(undefined, 'drop'), 'strip', [])
  }

  catchall(rest: Schema): Schema {
    return this.#then(this.#withShape(undefined, rest), 'catchall', [rest])
  }

  #then(node: Node | undefined, name: string, args: unknown[]): Schema {
    return new Schema(node, this, name, args)
  }

  /** This object with another shape or another treatment of unknown keys; undefined for a schema of another kind. */
  #withShape(
    change: ((shape: ObjectNode['shape']) => ObjectNode['shape']) | undefined,
    rest?: ObjectNode['rest'],
  ): Node | undefined {
    const { node } = this
    if (node?.kind !== 'object') return undefined
    return { kind: 'object', shape: change ? change(node.shape) : node.shape, rest: rest ?? node.rest }
  }
}

/** Merges two shapes without running getters; keys of the second take precedence. */
function joined(shape: ObjectNode['shape'], over: ObjectNode['shape']): ObjectNode['shape'] {
  let both: Shape | undefined
  return () => {
    if (both === undefined) {
      both = {}
      for (const source of [shape(), over()])
        Object.defineProperties(both, Object.getOwnPropertyDescriptors(source))
    }
    return both
  }
}
