/** One operation + its documentation record → one tool of the catalog. Pure. */
import type {
  AccountDefault,
  CatalogTool,
  JsonSchema,
  RequestPlan,
  ToolDefinition,
} from '../../lambda/catalog/tool.ts'
import { addFileFields, fileParameters } from './file-input.ts'
import type { DocumentationRecord, OpenApiDocument, OpenApiOperation, ToolRow } from './read-sources.ts'
import { resolveReference, toJsonSchema } from './to-json-schema.ts'

const ACCOUNT_DEFAULTS: readonly AccountDefault[] = ['user_id', 'project_id', 'team_id']
const STREAM_HOST = 'https://ws.gumloop.com/'
/** The deadline for Gumloop's answer, where a record sets no other (docs/protocol.md, Limits). */
const DEADLINE_SECONDS = 25
/** Gumloop does not say which megabyte it means: the larger one refuses nothing that it would take. */
const MEGABYTE = 1024 * 1024
const PAGE_FIELDS: Record<'cursor' | 'page' | 'none', string[]> = {
  cursor: ['page_size', 'cursor'],
  page: ['page_size', 'page'],
  none: [],
}
/** Inputs and outputs of every list tool, whatever paging Gumloop uses for it (docs/gumloop-api.md, Pagination). */
const LIST_INPUTS: Record<string, JsonSchema> = {
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  next_cursor: { type: 'string', description: 'From the page before, unchanged.' },
}
const LIST_OUTPUTS: Record<string, JsonSchema> = {
  result: { type: 'array' },
  next_cursor: { type: ['string', 'null'] },
  result_count: { type: 'integer' },
}
const RUN_OUTPUTS = (idField: string): Record<string, JsonSchema> => ({
  [idField]: { type: ['string', 'null'] },
  state: { type: ['string', 'null'] },
  is_over: { type: 'boolean' },
  next_step: { type: 'string' },
})

export function compileOperation(
  row: ToolRow,
  operation: OpenApiOperation,
  record: DocumentationRecord,
  document: OpenApiDocument,
): CatalogTool {
  const parameters = operation.parameters ?? []
  const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const bodySchema = content ? toJsonSchema(content.schema, document) : undefined
  const hiddenByPaging = record.list ? PAGE_FIELDS[record.list.paging] : []
  const isHidden = (name: string) => record.fields[name]?.hidden === true || hiddenByPaging.includes(name)

  const properties: Record<string, JsonSchema> = {}
  const required = new Set<string>()
  for (const parameter of parameters) {
    const schema = toJsonSchema(parameter.schema, document)
    if (parameter.in === 'path' || (parameter.required && schema.type === 'string')) schema.minLength ??= 1
    // An id in the path is named for what it is: describing it would cost every caller tokens and tell nothing.
    const description = parameter.in === 'path' ? undefined : parameter.description
    properties[parameter.name] = description === undefined ? schema : { ...schema, description }
    if (parameter.required) required.add(parameter.name)
  }
  for (const [name, schema] of Object.entries(bodySchema?.properties ?? {}))
    properties[name] = { ...properties[name], ...schema }
  for (const name of bodySchema?.required ?? []) required.add(name)

  const accountDefaults = ACCOUNT_DEFAULTS.filter(
    name =>
      properties[name] &&
      !record.no_account_defaults.includes(name) &&
      !parameters.some(p => p.in === 'path' && p.name === name),
  )
  for (const name of accountDefaults) {
    required.delete(name)
    delete properties[name]?.description
  }
  if (record.file_input)
    addFileFields(record.file_input, properties, required, mediaType === 'multipart/form-data')
  applyFieldChanges(row.tool, properties, required, record)
  for (const name of Object.keys(properties)) {
    if (!isHidden(name)) continue
    delete properties[name]
    required.delete(name)
  }
  if (record.list) {
    const { limit, next_cursor } = structuredClone(LIST_INPUTS)
    // Some endpoints take a cursor but no page size: `limit` would be a promise that nobody keeps.
    const hasLimit = record.list.paging !== 'cursor' || parameters.some(p => p.name === 'page_size')
    Object.assign(properties, hasLimit ? { limit, next_cursor } : { next_cursor })
  }
  for (const [name, schema] of Object.entries(record.extra_fields)) {
    const { isRequired, keywords } = splitRequired(schema)
    properties[name] = keywords
    if (isRequired === true) required.add(name)
  }

  const plan: RequestPlan = {
    operationId: operation.operationId,
    method: httpMethod(row.method),
    path: row.path,
    host: operation.servers?.some(server => server.url.startsWith(STREAM_HOST)) ? 'stream' : 'api',
    pathFields: parameters.filter(p => p.in === 'path').map(p => p.name),
    queryFields: parameters.filter(p => p.in === 'query').map(p => p.name),
    bodyFields: Object.keys(bodySchema?.properties ?? {}),
    body: mediaType === undefined ? 'none' : mediaType === 'application/json' ? 'json' : 'multipart',
    ...(record.answer && { answer: record.answer }),
    ...(record.upload_limits && { uploadLimits: uploadLimits(record.upload_limits) }),
    accountDefaults,
    ...(record.list && { paging: { kind: record.list.paging, items: record.list.items } }),
    deadlineSeconds: record.deadline_seconds ?? DEADLINE_SECONDS,
  }
  return {
    name: row.tool,
    methodGroup: row.methodGroup,
    tags: row.tags,
    essential: row.essential,
    definition: definition(
      row.tool,
      record,
      inputSchema(properties, required),
      record.list ? LIST_OUTPUTS : responseFields(operation, document),
    ),
    plan,
    ...(record.runs && { runKind: record.runs }),
    ...(record.handler && { handler: record.handler }),
  }
}

/** A tool that is ours alone: its record carries the input schema and the table's columns. */
export function compileOwnTool(name: string, record: DocumentationRecord): CatalogTool {
  if (!record.tool)
    throw new Error(`catalog/tools/${name}.yaml is no row of tools.tsv and has no "tool" part`)
  const { method_group, tags, essential, input } = record.tool
  const schema: JsonSchema = { type: 'object', ...input, additionalProperties: false }
  return {
    name,
    methodGroup: method_group,
    tags,
    essential,
    definition: definition(name, record, schema, {}),
    ...(record.runs && { runKind: record.runs }),
    ...(record.handler && { handler: record.handler }),
  }
}

function definition(
  name: string,
  record: DocumentationRecord,
  input: JsonSchema,
  output: Record<string, JsonSchema>,
): ToolDefinition {
  const meta = { ...(record.file_input && fileParameters(record.file_input)), ...record.meta }
  const ofRun = record.runs ? RUN_OUTPUTS(record.runs === 'session' ? 'session_id' : 'run_id') : {}
  return {
    name,
    title: record.title,
    description: record.description.trim().replace(/\s*\n\s*/g, ' '),
    inputSchema: input,
    outputSchema: { type: 'object', properties: { ...output, ...ofRun, ...record.output } },
    annotations: {
      readOnlyHint: record.hints.read_only,
      destructiveHint: record.hints.destructive,
      idempotentHint: record.hints.idempotent,
      openWorldHint: record.hints.open_world,
    },
    ...(Object.keys(meta).length > 0 && { _meta: meta }),
  }
}

function inputSchema(properties: Record<string, JsonSchema>, required: Set<string>): JsonSchema {
  return {
    type: 'object',
    properties,
    ...(required.size > 0 && { required: [...required] }),
    additionalProperties: false,
  }
}

function applyFieldChanges(
  tool: string,
  properties: Record<string, JsonSchema>,
  required: Set<string>,
  record: DocumentationRecord,
): void {
  for (const [name, { hidden: _, ...rest }] of Object.entries(record.fields)) {
    const { isRequired, keywords: change } = splitRequired(rest)
    if (!properties[name])
      throw new Error(
        `catalog/tools/${tool}.yaml changes the field ${name}, which the operation does not have`,
      )
    properties[name] = { ...properties[name], ...change }
    for (const [keyword, value] of Object.entries(change)) {
      if (value === null) delete (properties[name] as Record<string, unknown>)[keyword] // null in a record takes a keyword away
    }
    if (isRequired === true) required.add(name)
    if (isRequired === false) required.delete(name)
  }
}

/** In a record `required: true` is about the field itself; a list is the keyword of an object's schema. */
function splitRequired(schema: Record<string, unknown>): { isRequired: unknown; keywords: JsonSchema } {
  if (typeof schema.required !== 'boolean') return { isRequired: undefined, keywords: schema }
  const { required: isRequired, ...keywords } = schema
  return { isRequired, keywords }
}

function uploadLimits(
  limits: NonNullable<DocumentationRecord['upload_limits']>,
): NonNullable<RequestPlan['uploadLimits']> {
  const { file_megabytes: file, total_megabytes: total } = limits
  return {
    ...(file !== undefined && { fileBytes: file * MEGABYTE }),
    ...(total !== undefined && { totalBytes: total * MEGABYTE }),
  }
}

/** Names of Gumloop's own top-level answer fields. No types: a field that Gumloop adds, drops or nulls must never fail a call. */
function responseFields(operation: OpenApiOperation, document: OpenApiDocument): Record<string, JsonSchema> {
  const fields: Record<string, JsonSchema> = {}
  for (const [status, response] of Object.entries(operation.responses)) {
    const schema = response.content?.['application/json']?.schema
    if (!status.startsWith('2') || !schema) continue
    for (const name of Object.keys(resolveReference(schema, document).properties ?? {})) fields[name] = {}
  }
  return fields
}

function httpMethod(method: string): RequestPlan['method'] {
  if (method === 'GET' || method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE')
    return method
  throw new Error(`tools.tsv has the method ${method}, which is none`)
}
