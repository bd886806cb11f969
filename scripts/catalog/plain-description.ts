/**
 * Any OpenAPI 3.x document → the plain OpenAPI 3.0 that the catalog is compiled from: `null` as `nullable`, unions as `oneOf`,
 * parameters and bodies inlined, without the headers that the client sends with every request. Pure.
 */
import { isObject } from '../../lambda/shared/json-value.ts'
import { METHODS, type OpenApiDocument } from './open-api.ts'
import { DescriptionError } from './read-description.ts'

type Json = Record<string, unknown>

/** Keywords that the catalog does not use and that generators write everywhere. */
const NOISE = new Set(['title', 'examples', '$schema', '$id', '$comment'])
/** Headers of every request: no operation's own. */
const CLIENT_HEADERS = new Set(['accept', 'authorization', 'content-type', 'x-auth-key'])
/** Some servers have their prefix in every path instead of in `servers`. */
const PREFIX = '/api/v1'

/** @throws DescriptionError if it is not an OpenAPI 3 document with operations */
export function plainDescription(raw: unknown, source: string): OpenApiDocument {
  if (!isObject(raw) || typeof raw.openapi !== 'string' || !raw.openapi.startsWith('3.')) {
    throw new DescriptionError(`${source} is not an OpenAPI 3 description.`)
  }
  const items = Object.entries(isObject(raw.paths) ? raw.paths : {})
  const isPrefixed = items.every(([route]) => route.startsWith(`${PREFIX}/`))
  const paths = Object.fromEntries(
    items.flatMap(([route, item]) => {
      const operations = isObject(item) ? plainItem(route, item, raw) : {}
      const shown = isPrefixed ? route.slice(PREFIX.length) : route
      return Object.keys(operations).length === 0 ? [] : [[shown, operations]]
    }),
  )
  if (items.length === 0 || Object.keys(paths).length === 0) {
    throw new DescriptionError(`${source} describes no operations.`)
  }
  const components = isObject(raw.components) ? raw.components : {}
  const schemas = Object.entries(isObject(components.schemas) ? components.schemas : {})
  const document = {
    ...raw,
    openapi: '3.0.3',
    paths,
    components: {
      ...Object.fromEntries(Object.entries(components).filter(([part]) => !INLINED.has(part))),
      schemas: Object.fromEntries(schemas.map(([name, schema]) => [name, plainSchema(schema)])),
    },
  }
  return document as unknown as OpenApiDocument // built above, part by part
}

const INLINED = new Set(['parameters', 'requestBodies', 'headers', 'examples', 'links', 'callbacks'])

function plainItem(route: string, item: Json, root: Json): Json {
  const shared = Array.isArray(item.parameters) ? item.parameters : []
  return Object.fromEntries(
    METHODS.flatMap(method => {
      const operation = item[method]
      if (!isObject(operation)) return []
      const { operationId = `${method}${route.replace(/\W+(\w)/g, (_, c: string) => c.toUpperCase())}` } =
        operation
      const own = Array.isArray(operation.parameters) ? operation.parameters : []
      const parameters = [...shared, ...own].map(one => inlined(one, root)).filter(isOfOperation)
      const body = inlined(operation.requestBody, root)
      const { parameters: _, ...rest } = operation
      const plain = {
        ...rest,
        operationId: String(operationId).replace(/\W/g, ''),
        ...(parameters.length > 0 && {
          parameters: parameters.map(one => ({ ...one, schema: plainSchema(one.schema) })),
        }),
        ...(isObject(body) && { requestBody: withPlainContent(body) }),
        responses: plainResponses(operation.responses, root),
      }
      return [[method, plain]]
    }),
  )
}

function isOfOperation(parameter: unknown): parameter is Json {
  if (!isObject(parameter)) return false
  const { in: place, name } = parameter
  return (
    place === 'path' ||
    place === 'query' ||
    (place === 'header' && !CLIENT_HEADERS.has(String(name).toLowerCase()))
  )
}

/** Successful responses inlined, since the catalog reads them; errors may stay references. */
function plainResponses(responses: unknown, root: Json): Json {
  return Object.fromEntries(
    Object.entries(isObject(responses) ? responses : {}).map(([status, response]) => {
      const found = status.startsWith('2') ? inlined(response, root) : response
      return [status, isObject(found) ? withPlainContent(found) : {}]
    }),
  )
}

function withPlainContent(part: Json): Json {
  if (!isObject(part.content)) return part
  const content = Object.entries(part.content).map(([type, media]) => {
    const rest = isObject(media) ? media : {}
    return [type, rest.schema === undefined ? rest : { ...rest, schema: plainSchema(rest.schema) }]
  })
  return { ...part, content: Object.fromEntries(content) }
}

/** The target of a local reference, or the part itself. @throws DescriptionError if there is no target */
function inlined(part: unknown, root: Json, depth = 0): unknown {
  if (!isObject(part) || typeof part.$ref !== 'string') return part
  const steps = part.$ref.replace(/^#\//, '').split('/')
  let found: unknown = root
  for (const step of steps) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined
  }
  if (found === undefined || depth > 8) {
    throw new DescriptionError(`The description refers to ${part.$ref}, which it does not contain.`)
  }
  return inlined(found, root, depth + 1)
}

/** Rewrites null, unions and constants of OpenAPI 3.1 as 3.0 does. References to named schemas stay. */
export function plainSchema(schema: unknown): Json {
  if (!isObject(schema)) return {}
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref }
  const { type, anyOf, oneOf, const: constant, ...rest } = schema
  const out: Json = {}
  const types = (Array.isArray(type) ? type : [type]).filter(one => one !== undefined)
  const choices = [...listOf(anyOf), ...listOf(oneOf)].map(plainSchema)
  const real = choices.filter(choice => choice.type !== 'null' && Object.keys(choice).length > 0)
  const named = types.filter(one => one !== 'null')
  const isNullable = named.length < types.length || choices.some(choice => choice.type === 'null')
  if (named.length === 1) out.type = named[0]
  else if (named.length > 1) out.oneOf = named.map(one => ({ type: one }))
  else if (types.includes('null')) out.type = 'null'
  const [only, ...more] = real
  if (only && more.length === 0) Object.assign(out, only.$ref === undefined ? only : { allOf: [only] })
  else if (more.length > 0) out.oneOf = real
  if (constant !== undefined) out.enum = [constant]
  for (const [keyword, value] of Object.entries(rest)) {
    if (!NOISE.has(keyword)) out[keyword] = plainKeyword(keyword, value)
  }
  if (isNullable && out.type !== 'null') out.nullable = true
  return out
}

function plainKeyword(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'items':
      return plainSchema(value)
    case 'additionalProperties':
      return typeof value === 'boolean' ? value : plainSchema(value)
    case 'allOf':
      return listOf(value).map(plainSchema)
    case 'properties':
      return Object.fromEntries(
        Object.entries(isObject(value) ? value : {}).map(([name, part]) => [name, plainSchema(part)]),
      )
    default:
      return value
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
