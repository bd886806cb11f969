/** JSON with sorted keys, for files that people review: a diff shows only what changed. Pure. */
import { isObject } from '../../lambda/shared/json-value.ts'

/** Indented by two spaces, with a final newline. Lists keep their order. */
export function sortedJson(value: unknown): string {
  return `${JSON.stringify(withSortedKeys(value), null, 2)}\n`
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (!isObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, withSortedKeys(item)]))
}
