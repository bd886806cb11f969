/** What an operation takes and returns, flat: one entry per field, so that two descriptions can be compared. Pure. */
import type { OpenApiDocument, OpenApiOperation, OpenApiSchema } from './open-api.ts'

export interface FieldShape {
  /** Types in words: `string`, `string or null`, `any`. */
  type: string
  isRequired: boolean
  /** Enumerated values, as JSON. */
  values: string[]
  /** Limits of an input, in words. */
  limits: string
}
/** Keys say where: `query page_size`, `body calls[].server_id`, `response 200 agents[].id`. */
export type OperationShape = Map<string, FieldShape>

const LIMITS = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const
/** Deeper fields are ignored: no tool shows them. */
const MAX_DEPTH = 8

export function operationShape(operation: OpenApiOperation, document: OpenApiDocument): OperationShape {
  const shape: OperationShape = new Map()
  for (const { in: place, name, required, schema } of operation.parameters ?? []) {
    add(shape, `${place} ${name}`, schema, required === true, document, [])
  }
  for (const [mediaType, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    mark(shape, `body as ${mediaType}`, operation.requestBody?.required === true)
    addInner(shape, 'body ', schema, document, [])
  }
  for (const [status, { content }] of Object.entries(operation.responses)) {
    if (!status.startsWith('2')) continue
    mark(shape, `response ${status}`, false)
    for (const [mediaType, { schema }] of Object.entries(content ?? {})) {
      mark(shape, `response ${status} as ${mediaType}`, false)
      if (schema) addInner(shape, `response ${status} `, schema, document, [])
    }
  }
  return shape
}

function mark(shape: OperationShape, key: string, isRequired: boolean): void {
  shape.set(key, { type: '', isRequired, values: [], limits: '' })
}

/** One field, and the fields in it. */
function add(
  shape: OperationShape,
  key: string,
  schema: OpenApiSchema,
  isRequired: boolean,
  document: OpenApiDocument,
  within: readonly string[],
): void {
  const parts = partsOf(schema, document, within)
  const types = new Set(parts.schemas.flatMap(typesOf))
  const isInput = !key.startsWith('response ')
  const values = parts.schemas.flatMap(one => one.enum ?? []).map(value => JSON.stringify(value))
  shape.set(key, {
    type: types.size === 0 ? 'any' : [...types].sort().join(' or '),
    isRequired: isInput && isRequired,
    values: [...new Set(values)].sort(),
    limits: isInput ? limitsOf(parts.schemas) : '',
  })
  addInner(shape, `${key}.`, schema, document, within)
}

function addInner(
  shape: OperationShape,
  prefix: string,
  schema: OpenApiSchema,
  document: OpenApiDocument,
  within: readonly string[],
): void {
  const parts = partsOf(schema, document, within)
  if (parts.within.length > MAX_DEPTH) return
  const inner = [...parts.within, '']
  for (const part of parts.schemas) {
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      const isRequired = parts.schemas.some(one => one.required?.includes(name))
      add(shape, `${prefix}${name}`, property, isRequired, document, inner)
    }
    if (part.items) add(shape, `${prefix.replace(/\.$/, '')}[]`, part.items, false, document, inner)
    if (typeof part.additionalProperties === 'object') {
      add(shape, `${prefix}*`, part.additionalProperties, false, document, inner)
    }
  }
}

/** The schema and everything it is composed of. `within` are the names of the schemas that lead here, to stop at cycles. */
function partsOf(
  schema: OpenApiSchema,
  document: OpenApiDocument,
  within: readonly string[],
): { schemas: OpenApiSchema[]; within: readonly string[] } {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '')
    const target = document.components.schemas[name]
    if (!target || within.includes(name)) return { schemas: [], within }
    return partsOf(target, document, [...within, name])
  }
  let deepest = within
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(part => {
    const found = partsOf(part, document, within)
    if (found.within.length > deepest.length) deepest = found.within
    return found.schemas
  })
  return { schemas: [schema, ...parts], within: deepest }
}

function typesOf(schema: OpenApiSchema): string[] {
  const own = schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : undefined)
  return [...(own === undefined ? [] : [own]), ...(schema.nullable ? ['null'] : [])]
}

function limitsOf(schemas: readonly OpenApiSchema[]): string {
  return LIMITS.flatMap(keyword => {
    const value = schemas.find(one => one[keyword] !== undefined)?.[keyword]
    return value === undefined ? [] : [`${keyword} ${value}`]
  }).join(', ')
}
