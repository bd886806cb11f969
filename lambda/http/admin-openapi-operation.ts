/** Builds one operation of the admin API's OpenAPI description. Pure. */
import { ref, type Schema } from './admin-schema-parts.ts'

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: Schema
}

export interface Operation {
  operationId: string
  summary: string
  parameters?: Parameter[]
  requestBody?: object
  responses: Record<string, object>
  security?: object[]
}

export const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', minLength: 1 },
})
export const inQuery = (name: string, schema: Schema, description: string): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

const ETAG = { ETag: { description: 'Current version, for If-Match.', schema: { type: 'string' } } }

export const json = (schema: Schema) => ({ 'application/json': { schema } })

/** Error responses of every operation that needs a token; the gateway adds 429 and 5xx in the same shape. */
const ERRORS: Record<string, string> = {
  400: 'Invalid input: `errors` lists every validation error.',
  401: 'The administrator token is missing or invalid.',
  403: 'Not supported on this server.',
  404: 'Not found.',
  409: 'Conflict: it has changed meanwhile, or its current state does not allow the operation.',
  413: 'The request body is too large.',
  500: 'Internal error.',
}

interface Described {
  summary: string
  parameters?: Parameter[]
  body?: string
  /** True: the body may be empty. */
  bodyIsOptional?: boolean
  answer: string
  status?: '200' | '201'
  versioned?: boolean
}

export function operation(operationId: string, described: Described): Operation {
  const { summary, parameters = [], body, answer, status = '200', versioned = false } = described
  const success = {
    description: 'Success.',
    ...(versioned && { headers: ETAG }),
    content: json(ref(answer)),
  }
  const errors = Object.entries(ERRORS).map(([code, description]) => [
    code,
    { description, content: json(ref('Error')) },
  ])
  return {
    operationId,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: described.bodyIsOptional !== true, content: json(ref(body)) },
    }),
    responses: { [status]: success, ...Object.fromEntries(errors) },
  }
}
