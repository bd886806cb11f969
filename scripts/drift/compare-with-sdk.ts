/** What the SDK sends or reads and the catalog's description does not have. Pure. */
import {
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiSchema,
  operationsOf,
} from '../catalog/open-api.ts'
import type { SdkEndpoint, SdkFields, SdkSurface } from './sdk-surface.ts'

export interface Gap {
  kind: 'endpoint' | 'query' | 'body' | 'response'
  /** `GET /agents/{}`, followed by the field where the endpoint is known: `GET /agents/{} agents[].version`. */
  at: string
}

/** Gaps that are left open on purpose, each named in full: what a later version adds beside them is found. */
export interface Omission {
  kind: Gap['kind']
  at: string[]
  reason: string
}

export interface Drift {
  /** Of the SDK. */
  version: string
  endpointCount: number
  missing: Gap[]
  omitted: Gap[]
  /** Named in the omissions although the gap is closed; they should be deleted there. */
  unused: Gap[]
}

const routeOf = (method: string, path: string) => `${method} ${path.replace(/\{\w*\}/g, '{}')}`
const keyOf = ({ kind, at }: Gap) => `${kind} ${at}`

/** Every choice of a schema, references followed. */
function choicesOf(document: OpenApiDocument, schema: OpenApiSchema): OpenApiSchema[] {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.replace('#/components/schemas/', '')]
    return target === undefined ? [] : choicesOf(document, target)
  }
  const parts = [...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return [schema, ...parts.flatMap(part => choicesOf(document, part))]
}

/**
 * Paths of the fields that no choice of `schema` has. An object without properties is open: it has everything.
 * @param at the path so far, empty or ending with a dot
 */
function missingFields(
  document: OpenApiDocument,
  schema: OpenApiSchema,
  fields: SdkFields,
  at: string,
): string[] {
  const inside = choicesOf(document, schema).flatMap(choice =>
    choice.items === undefined ? [choice] : choicesOf(document, choice.items),
  )
  const isList = choicesOf(document, schema).some(choice => choice.items !== undefined)
  const prefix = isList && at !== '' ? `${at.slice(0, -1)}[].` : at
  const shaped = inside.filter(choice => choice.properties !== undefined)
  if (shaped.length === 0) return []
  return Object.entries(fields).flatMap(([name, more]) => {
    const found = shaped.flatMap(choice => choice.properties?.[name] ?? [])
    if (found.length === 0) return [`${prefix}${name}`]
    if (more === null) return []
    const gaps = found.map(property => missingFields(document, property, more, `${prefix}${name}.`))
    return gaps.reduce((fewest, other) => fewest.filter(gap => other.includes(gap)))
  })
}

/** An operation with the extensions of the description that matter here. */
interface ExtendedOperation extends OpenApiOperation {
  /** Field to the older name that Gumloop also takes. */
  'x-body-aliases'?: Record<string, string>
  /** What the stream host answers to the same request. */
  'x-streaming'?: { event: OpenApiSchema }
}

/** The schema of the body; its aliases are properties like the fields that they stand for. */
function bodySchema(operation: ExtendedOperation): OpenApiSchema | undefined {
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const aliases = Object.values(operation['x-body-aliases'] ?? {})
  if (schema === undefined || aliases.length === 0) return schema
  return { allOf: [schema, { properties: Object.fromEntries(aliases.map(alias => [alias, {}])) }] }
}

function responseSchema(operation: ExtendedOperation): OpenApiSchema | undefined {
  const oneOf = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content }]) => Object.values(content ?? {})[0]?.schema ?? [])
  const event = operation['x-streaming']?.event
  if (event !== undefined) oneOf.push(event)
  return oneOf.length === 0 ? undefined : { oneOf }
}

function gapsOf(document: OpenApiDocument, endpoint: SdkEndpoint, operation: ExtendedOperation): Gap[] {
  const route = routeOf(endpoint.method, endpoint.path)
  const known = (operation.parameters ?? []).map(parameter => parameter.name)
  const query = endpoint.query.filter(name => !known.includes(name))
  const fieldGaps = (
    kind: 'body' | 'response',
    schema: OpenApiSchema | undefined,
    fields: SdkFields | null,
  ) => {
    if (fields === null) return []
    const missing = schema === undefined ? Object.keys(fields) : missingFields(document, schema, fields, '')
    return missing.map(field => ({ kind, at: `${route} ${field}` }))
  }
  return [
    ...query.map(name => ({ kind: 'query' as const, at: `${route} ${name}` })),
    ...fieldGaps('body', bodySchema(operation), endpoint.body),
    ...fieldGaps('response', responseSchema(operation), endpoint.response),
  ]
}

export function compareWithSdk(document: OpenApiDocument, sdk: SdkSurface, omissions: Omission[]): Drift {
  const operations = new Map(operationsOf(document).map(each => [routeOf(each.method, each.path), each]))
  const gaps = sdk.endpoints.flatMap((endpoint): Gap[] => {
    const route = routeOf(endpoint.method, endpoint.path)
    const operation = operations.get(route)
    return operation === undefined
      ? [{ kind: 'endpoint', at: route }]
      : gapsOf(document, endpoint, operation.operation)
  })
  const deliberate = omissions.flatMap(({ kind, at }) => at.map((each): Gap => ({ kind, at: each })))
  const isDeliberate = new Set(deliberate.map(keyOf))
  const isFound = new Set(gaps.map(keyOf))
  return {
    version: sdk.version,
    endpointCount: sdk.endpoints.length,
    missing: gaps.filter(gap => !isDeliberate.has(keyOf(gap))),
    omitted: gaps.filter(gap => isDeliberate.has(keyOf(gap))),
    unused: deliberate.filter(gap => !isFound.has(keyOf(gap))),
  }
}

/** What `newer` sends and `older` does not, as `GET /agents/{}/triggers`. */
export function newEndpoints(older: SdkSurface, newer: SdkSurface): string[] {
  const routes = ({ endpoints }: SdkSurface) => endpoints.map(({ method, path }) => routeOf(method, path))
  const known = new Set(routes(older))
  return routes(newer).filter(route => !known.has(route))
}
