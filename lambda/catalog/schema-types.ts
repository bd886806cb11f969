/** The types that a schema takes, however it says so. Pure. */
import type { JsonSchema } from './tool.ts'

/** Empty: any type. `anyOf` has single types alone (`scripts/catalog/single-types.ts`). */
export function typesOf({ type, anyOf }: JsonSchema): string[] {
  if (anyOf) return anyOf.flatMap(typesOf)
  return type === undefined ? [] : Array.isArray(type) ? type : [type]
}
