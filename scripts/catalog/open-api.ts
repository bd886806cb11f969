/** Gumloop's API description: the parts of OpenAPI 3.0 that it uses, and how to read it. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const CATALOG_FOLDER = path.resolve(import.meta.dirname ?? '.', '../../catalog')

export interface OpenApiSchema {
  $ref?: string
  type?: string
  nullable?: boolean
  description?: string
  properties?: Record<string, OpenApiSchema>
  required?: string[]
  additionalProperties?: boolean | OpenApiSchema
  items?: OpenApiSchema
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  format?: string
  oneOf?: OpenApiSchema[]
  allOf?: OpenApiSchema[]
}
export interface OpenApiOperation {
  operationId: string
  summary?: string
  description?: string
  parameters?: { in: string; name: string; required?: boolean; schema: OpenApiSchema; description?: string }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: OpenApiSchema }> }
  responses: Record<string, { content?: Record<string, { schema?: OpenApiSchema }> }>
  servers?: { url: string }[]
  /** `public-docs`, or `sdk-only`: only Gumloop's client names the operation. Absent: documented. */
  'x-trust'?: string
  /** Gumloop's client sends it without `team_id`. */
  'x-unscoped'?: boolean
  /** Inputs that are secrets. */
  'x-secret-input'?: string[]
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, OpenApiSchema> }
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** An operation and where it is. */
export interface LocatedOperation {
  operation: OpenApiOperation
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Template with fields in braces: `/agents/{agent_id}`. */
  path: string
}

const UPPER = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const

/** The API description in `folder`, by default the project's own. */
export function readOpenApi(folder = CATALOG_FOLDER): OpenApiDocument {
  return JSON.parse(readFileSync(path.join(folder, 'gumloop-openapi.json'), 'utf8'))
}

/** Every operation, in the description's order. */
export function operationsOf(document: OpenApiDocument): LocatedOperation[] {
  return Object.entries(document.paths).flatMap(([route, item]) =>
    METHODS.flatMap(method => {
      const operation = item[method]
      return operation ? [{ operation, method: UPPER[method], path: route }] : []
    }),
  )
}
