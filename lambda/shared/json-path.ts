/** Where a value is inside another one. Pure. */
import { isObject } from './json-value.ts'

/** Names of fields and indexes of items, from the outside in. */
export type JsonPath = readonly (string | number)[]

/** The JSON Pointer (RFC 6901) of `path`; the whole value is the empty text. */
export function toPointer(path: JsonPath): string {
  return path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The value at `pointer` and its path; undefined where there is none. */
export function findPointer(value: unknown, pointer: string): { value: unknown; path: JsonPath } | undefined {
  const path: (string | number)[] = []
  let found = value
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(found)) {
      if (!/^(0|[1-9]\d{0,15})$/.test(name) || Number(name) >= found.length) return undefined
      path.push(Number(name))
      found = found[Number(name)]
    } else if (isObject(found) && Object.hasOwn(found, name)) {
      path.push(name)
      found = found[name]
    } else return undefined
  }
  return { value: found, path }
}

/** A path for people: `outputs.rows[3].text`. */
export function pathText(path: JsonPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('')
}
