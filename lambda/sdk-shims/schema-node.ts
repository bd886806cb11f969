/** The structure of schemas, for the kinds that `quick-check.ts` supports, and which keys may be absent. */

/** A schema as the quick check sees it. Without a node, only zod supports it. */
export interface Described {
  readonly node: Node | undefined
}

export type Shape = Record<string, Described>

export interface ObjectNode {
  kind: 'object'
  /** The keys in zod's order, read when the first value is checked. May contain getters. */
  shape: () => Shape
  /** What happens to keys outside the shape: they are dropped, rejected, or checked with this schema. */
  rest: 'drop' | 'reject' | Described
  /** Computed from the shape by the first check. */
  fields?: Field[]
}

export interface Field extends Absence {
  key: string
  schema: Described
}

export interface DiscriminatedNode {
  kind: 'discriminated'
  key: string
  options: Described[]
  byValue?: Map<unknown, Described> | undefined
}

/** The part of zod's refinement context that `superRefine` functions of the SDK use. */
export interface RefinementContext {
  value: unknown
  issues: unknown[]
  addIssue(issue: unknown): void
}

export type Node =
  | { kind: 'string' | 'boolean' | 'null' | 'unknown' }
  | { kind: 'number'; integer: boolean; min: number; max: number }
  | { kind: 'values'; values: Set<unknown> }
  | { kind: 'array'; item: Described; maxLength: number }
  | ObjectNode
  | { kind: 'record'; value: Described }
  | { kind: 'union'; options: Described[] }
  | DiscriminatedNode
  | { kind: 'intersection'; left: Described; right: Described }
  | { kind: 'optional'; inner: Described }
  | { kind: 'default'; inner: Described; value: () => unknown }
  | { kind: 'catch'; inner: Described; value: unknown }
  | { kind: 'lazy'; get: () => Described }
  | { kind: 'refine'; inner: Described; predicate: (value: unknown) => unknown }
  | {
      kind: 'superRefine'
      inner: Described
      refinement: (value: unknown, context: RefinementContext) => unknown
    }
  | { kind: 'transform'; change: (value: unknown) => unknown }
  | { kind: 'pipe'; from: Described; to: Described }

/** How zod treats an absent key: its `optin` and `optout`. */
export interface Absence {
  /** `required`: rejected. `optional`: allowed. `defaulted`: allowed and filled in. */
  in: 'required' | 'optional' | 'defaulted'
  /** Whether the parsed object may lack the key. */
  out: boolean
}

const REQUIRED: Absence = { in: 'required', out: false }

/** How an object with this schema under a key treats the absent key. */
export function absence({ node }: Described): Absence {
  switch (node?.kind) {
    case 'optional':
      return { in: allowed(node.inner), out: true }
    case 'catch':
      return { in: allowed(node.inner), out: absence(node.inner).out }
    case 'default':
      return { in: 'defaulted', out: false }
    case 'transform':
      return { in: 'optional', out: false }
    case 'pipe':
      return { in: absence(node.from).in, out: absence(node.to).out }
    case 'lazy':
      return absence(node.get())
    case 'refine':
    case 'superRefine':
      return absence(node.inner)
    case 'union':
    case 'discriminated': {
      const each = node.options.map(absence)
      const defaulted = each.some(option => option.in === 'defaulted')
      const required = each.every(option => option.in === 'required')
      return {
        in: defaulted ? 'defaulted' : required ? 'required' : 'optional',
        out: each.some(option => option.out),
      }
    }
    default:
      return REQUIRED
  }
}

function allowed(inner: Described): 'optional' | 'defaulted' {
  return absence(inner).in === 'defaulted' ? 'defaulted' : 'optional'
}
