/** The arguments `output`, `offset` and `limit`, and the names of outputs that they take. Pure. */
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import { findPointer, type JsonPath, toPointer } from '../shared/json-path.ts'
import { isObject } from '../shared/json-value.ts'

export interface PartRequest {
  /** The name of an output or of a field of the result, or a JSON Pointer into the result. */
  output: string
  /** Characters of a text, items of a list, fields of an object. */
  offset: number
  limit?: number
}

/** True for a tool whose results can be read part by part. */
export function takesParts({ definition }: CatalogTool): boolean {
  const { output, offset, limit } = definition.inputSchema.properties ?? {}
  return output !== undefined && offset !== undefined && limit !== undefined
}

/** The arguments without those of a part, which are ours and not Gumloop's; `unused` are those that ask for no part. */
export function splitPartRequest(args: Arguments): { args: Arguments; part?: PartRequest; unused: string[] } {
  const { output, offset, limit, ...others } = args
  if (typeof output !== 'string') {
    const unused = Object.entries({ offset, limit }).flatMap(([name, value]) => (value ? [name] : []))
    return { args: others, unused }
  }
  return {
    args: others,
    part: {
      output,
      offset: typeof offset === 'number' ? Math.max(offset, 0) : 0,
      ...(typeof limit === 'number' && { limit: Math.max(limit, 1) }),
    },
    unused: [],
  }
}

/** What `output` names in a result: a pointer, else an output of the run, else a field of the result. */
export function findOutput(
  result: Record<string, unknown>,
  output: string,
): { value: unknown; path: JsonPath } | undefined {
  if (output.startsWith('/')) return findPointer(result, output)
  const { outputs } = result
  if (isObject(outputs) && Object.hasOwn(outputs, output))
    return { value: outputs[output], path: ['outputs', output] }
  return Object.hasOwn(result, output) ? { value: result[output], path: [output] } : undefined
}

/** The shortest `output` with which `findOutput` finds this path. */
export function outputName(result: Record<string, unknown>, path: JsonPath): string {
  const last = path.at(-1)
  const isPlain = typeof last === 'string' && last !== '' && !last.startsWith('/')
  if (!isPlain || path.length > 2) return toPointer(path)
  const found = findOutput(result, last)
  return found !== undefined && toPointer(found.path) === toPointer(path) ? last : toPointer(path)
}

/** Names that `output` can take, for an error. */
export function outputNames(result: Record<string, unknown>): string[] {
  const { outputs } = result
  return [...(isObject(outputs) ? Object.keys(outputs) : []), ...Object.keys(result)]
}
