/** JSON with sorted keys, for files that people review: a change shows as the lines that changed. Pure. */
import { isObject } from '../../lambda/shared/json-value.ts'

/** Two spaces of indent and a final newline. Lists keep their order, which may mean something. */
export function sortedJson(value: unknown): string {
  return `${JSON.stringify(withSortedKeys(value), null, 2)}\n`
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (!isObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, withSortedKeys(item)]))
}
