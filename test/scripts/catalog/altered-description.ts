/** Gumloop's description with something done to it, and other ways of writing the same description. */
import { readOpenApi } from '../../../scripts/catalog/open-api.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents are taken apart here in ways that no type follows
export type Loose = any

/** A copy of the catalog's description after `change`. */
export function altered(change: (document: Loose) => void): Loose {
  const document: Loose = structuredClone(readOpenApi())
  change(document)
  return document
}

/** The same API as a code generator writes it: OpenAPI 3.1, null as a choice, everything named, prefixed and titled. */
export function generatedStyle(): Loose {
  return altered(document => {
    document.openapi = '3.1.0'
    document.components.parameters = {}
    document.components.requestBodies = {}
    for (const [route, item] of Object.entries<Loose>(document.paths)) {
      delete document.paths[route]
      document.paths[`/api/v1${route}`] = item
      for (const operation of Object.values<Loose>(item)) {
        operation.operationId = `${operation.operationId}_api_v1`
        operation.description = 'Other words.'
        operation.parameters = (operation.parameters ?? []).map((parameter: Loose, at: number) => {
          const name = `${operation.operationId}_${at}`
          document.components.parameters[name] = { ...parameter, schema: withNullChoice(parameter.schema) }
          return { $ref: `#/components/parameters/${name}` }
        })
        operation.parameters.push({
          in: 'header',
          name: 'x-auth-key',
          required: true,
          schema: { type: 'string' },
        })
        if (!operation.requestBody) continue
        document.components.requestBodies[operation.operationId] = operation.requestBody
        operation.requestBody = { $ref: `#/components/requestBodies/${operation.operationId}` }
      }
    }
    document.components = withNullChoice(document.components)
  })
}

function withNullChoice(part: Loose): Loose {
  if (Array.isArray(part)) return part.map(withNullChoice)
  if (typeof part !== 'object' || part === null) return part
  const { nullable, ...rest } = part
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNullChoice(value)]))
  if (nullable !== true) return inner
  return typeof inner.type === 'string' && inner.enum === undefined && Object.keys(inner).length % 2 === 0
    ? { ...inner, type: [inner.type, 'null'] }
    : { anyOf: [inner, { type: 'null' }], title: 'Maybe' }
}
