/** What a schema is made of, as far as `quick-check.ts` knows the kinds that zod has; and what may be absent from it. */

/** A schema as the quick check sees it; without a node it is of a kind that only zod knows. */
export interface Described {
  readonly node: Node | undefined
}

export type Shape = Record<string, Described>

export interface ObjectNode {
  kind: 'object'
  /** The keys in zod's order; asked for when the first value is checked. May hold getters. */
  shape: () => Shape
  /** Keys that the shape does not name: dropped, a reason to refuse, or checked with this schema. */
  rest: 'drop' | 'refuse' | Described
  /** Made of the shape by the first check. */
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

/** Notes what a `superRefine` function finds; zod hands it much the same. */
export interface Findings {
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
  | { kind: 'refine'; inner: Described; holds: (value: unknown) => unknown }
  | { kind: 'superRefine'; inner: Described; look: (value: unknown, findings: Findings) => unknown }
  | { kind: 'transform'; change: (value: unknown) => unknown }
  | { kind: 'pipe'; from: Described; to: Described }

/** What zod makes of a key that is not there: its `optin` and `optout`. */
export interface Absence {
  /** `required`: refused. `optional`: allowed. `defaulted`: allowed, and a value takes its place. */
  in: 'required' | 'optional' | 'defaulted'
  /** Whether the parsed object may lack the key. */
  out: boolean
}

const REQUIRED: Absence = { in: 'required', out: false }

/** How objects that hold this schema under a key bear the key to be missing. */
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
