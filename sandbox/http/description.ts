/** The operations of Gumloop's API description, in the form the sandbox uses. Read once, when the module loads. */
import document from '../../catalog/gumloop-openapi.json'

/** The part of an OpenAPI 3.0 schema that the description uses. */
export interface Schema {
  $ref?: string
  type?: string
  nullable?: boolean
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  oneOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  format?: string
}

export interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required: boolean
  schema: Schema
}

export interface RequestBody {
  required: boolean
  mediaType: string
  schema: Schema
}

/**
 * Generations of Gumloop's API differ in their errors. `agent`: `{"error":{…}}`. `legacy`: the flow, file and
 * organization endpoints, whose error bodies are undocumented plain text.
 */
export type ApiGeneration = 'agent' | 'legacy'

export interface Operation {
  id: string
  method: string
  /** Template below the API prefix: `/sessions/{session_id}`. */
  path: string
  tag: string
  generation: ApiGeneration
  parameters: Parameter[]
  body: RequestBody | null
  /** Accepted alternative names: field → alias. */
  bodyAliases: Record<string, string>
  queryAliases: Record<string, string>
  /** Where a stream takes another field in place of a required one: `approval_responses` for `input`. */
  streamAlternative: { field: string; replaces: string } | null
}

interface RawOperation {
  operationId: string
  tags: string[]
  parameters?: (Omit<Parameter, 'required'> & { required?: boolean })[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { $ref?: string }>
  'x-body-aliases'?: Record<string, string>
  'x-query-aliases'?: Record<string, string>
  /** `bodyAlso`: "FIELD in place of FIELD", as a sentence. */
  'x-streaming'?: { bodyAlso?: string }
}

interface RawDocument {
  paths: Record<string, Record<string, RawOperation>>
  components: { schemas: Record<string, Schema> }
}

// The type that the compiler infers for a 300 KB literal is of no use; the catalog's tests validate the file.
const raw = document as unknown as RawDocument

/** Follows references to the schema itself. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.slice('#/components/schemas/'.length)
  const found = raw.components.schemas[name]
  if (found === undefined) throw new Error(`The API description refers to an unknown schema: ${name}`)
  return resolve(found)
}

function streamAlternativeOf(operation: RawOperation): Operation['streamAlternative'] {
  const [, field, replaces] = /^(\w+) in place of (\w+)/.exec(operation['x-streaming']?.bodyAlso ?? '') ?? []
  return field === undefined || replaces === undefined ? null : { field, replaces }
}

function toOperation(method: string, path: string, operation: RawOperation): Operation {
  const content = Object.entries(operation.requestBody?.content ?? {})[0]
  const isLegacy = Object.values(operation.responses).some(r => r.$ref?.includes('/Plain') === true)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0] ?? '',
    generation: isLegacy ? 'legacy' : 'agent',
    parameters: (operation.parameters ?? []).map(p => ({ ...p, required: p.required === true })),
    body:
      content === undefined
        ? null
        : {
            required: operation.requestBody?.required === true,
            mediaType: content[0],
            schema: content[1].schema,
          },
    bodyAliases: operation['x-body-aliases'] ?? {},
    queryAliases: operation['x-query-aliases'] ?? {},
    streamAlternative: streamAlternativeOf(operation),
  }
}

/** All operations of the description, in its order. */
export const OPERATIONS: readonly Operation[] = Object.entries(raw.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => toOperation(method, path, operation)),
)
