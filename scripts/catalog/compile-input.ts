/** A tool's input: that of Gumloop's operation, with the changes of the tool's file. Pure. */
import type { AccountDefault, JsonSchema } from '../../lambda/catalog/tool.ts'
import { addFileFields } from './file-input.ts'
import type { OpenApiDocument, OpenApiOperation } from './open-api.ts'
import { singleTypedInputs } from './single-types.ts'
import { resolveReference, toJsonSchema } from './to-json-schema.ts'
import type { ToolFile } from './tool-file.ts'

const ACCOUNT_DEFAULTS: readonly AccountDefault[] = ['user_id', 'project_id', 'team_id']
/** Gumloop's paging fields, which `limit` and `next_cursor` replace. */
const PAGE_FIELDS: Record<'cursor' | 'page' | 'none', string[]> = {
  cursor: ['page_size', 'cursor'],
  page: ['page_size', 'page'],
  none: [],
}
/** Inputs of every list tool, whatever paging Gumloop uses for it (docs/gumloop-api.md, Pagination). */
const LIST_INPUTS: Record<string, JsonSchema> = {
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  next_cursor: { type: 'string', description: 'From the previous page, unchanged.' },
}

/** Inputs of every tool whose results can be read part by part (`lambda/tools/part-request.ts`). */
export const PART_INPUTS: Record<string, JsonSchema> = {
  output: { type: 'string', description: 'From truncated.read_on.' },
  offset: { type: 'integer' },
  limit: { type: 'integer', description: 'Characters or items.' },
}

/** Where Gumloop expects each of its own fields, and what the account fills in. */
export interface CompiledInput {
  schema: JsonSchema
  alsoAccepts: Record<string, string[]>
  pathFields: string[]
  queryFields: string[]
  bodyFields: string[]
  mediaType: string | undefined
  accountDefaults: AccountDefault[]
  /** Fields that hold a time. */
  timeFields: string[]
}

/** @throws Error if `file` changes a field that the operation does not have */
export function compileInput(
  operation: OpenApiOperation,
  file: ToolFile,
  document: OpenApiDocument,
): CompiledInput {
  // A header is no argument of a tool: the client or a handler sends it.
  const parameters = (operation.parameters ?? []).filter(one => one.in !== 'header')
  const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const body = content ? toJsonSchema(content.schema, document) : undefined
  const { properties, required } = describedFields(parameters, body, document)

  const accountDefaults = ACCOUNT_DEFAULTS.filter(
    name =>
      properties[name] &&
      !file.no_account_defaults.includes(name) &&
      !parameters.some(p => p.in === 'path' && p.name === name),
  )
  for (const name of accountDefaults) {
    required.delete(name)
    delete properties[name]?.description
  }
  if (file.file_input)
    addFileFields(file.file_input, properties, required, mediaType === 'multipart/form-data')
  applyFieldChanges(properties, required, file)
  hideFields(properties, required, file)
  if (file.list) {
    const { limit, next_cursor } = structuredClone(LIST_INPUTS)
    // Some endpoints take a cursor but no page size: `limit` would have no effect.
    const hasLimit = file.list.paging !== 'cursor' || parameters.some(p => p.name === 'page_size')
    Object.assign(properties, hasLimit ? { limit, next_cursor } : { next_cursor })
  }
  addOwnFields(properties, required, file)
  const single = singleTypedInputs(properties, file.null_clears)
  return {
    schema: {
      type: 'object',
      properties: single.properties,
      ...(required.size > 0 && { required: [...required] }),
      additionalProperties: false,
    },
    alsoAccepts: single.alsoAccepts,
    pathFields: parameters.filter(p => p.in === 'path').map(p => p.name),
    queryFields: parameters.filter(p => p.in === 'query').map(p => p.name),
    bodyFields: Object.keys(body?.properties ?? {}),
    mediaType,
    accountDefaults,
    timeFields: timeFields(operation, document).filter(name => single.properties[name] !== undefined),
  }
}

function timeFields({ parameters = [], requestBody }: OpenApiOperation, document: OpenApiDocument): string[] {
  const [content] = Object.values(requestBody?.content ?? {})
  const body = content ? (resolveReference(content.schema, document).properties ?? {}) : {}
  const all = [...parameters.map(({ name, schema }) => [name, schema] as const), ...Object.entries(body)]
  return all.flatMap(([name, schema]) =>
    resolveReference(schema, document).format === 'date-time' ? [name] : [],
  )
}

interface Fields {
  properties: Record<string, JsonSchema>
  required: Set<string>
}

/** The fields of path, query and body as one flat set. */
function describedFields(
  parameters: NonNullable<OpenApiOperation['parameters']>,
  body: JsonSchema | undefined,
  document: OpenApiDocument,
): Fields {
  const properties: Record<string, JsonSchema> = {}
  const required = new Set<string>()
  for (const parameter of parameters) {
    const schema = toJsonSchema(parameter.schema, document)
    if (parameter.in === 'path' || (parameter.required && schema.type === 'string')) schema.minLength ??= 1
    // An id in the path has a telling name: a description would only cost tokens.
    const description = parameter.in === 'path' ? undefined : parameter.description
    properties[parameter.name] = description === undefined ? schema : { ...schema, description }
    if (parameter.required) required.add(parameter.name)
  }
  for (const [name, schema] of Object.entries(body?.properties ?? {}))
    properties[name] = { ...properties[name], ...schema }
  for (const name of body?.required ?? []) required.add(name)
  return { properties, required }
}

function applyFieldChanges(
  properties: Record<string, JsonSchema>,
  required: Set<string>,
  file: ToolFile,
): void {
  for (const [name, { hidden: _, ...change }] of Object.entries(file.fields)) {
    if (!properties[name]) throw new Error(`fields.${name}: the operation has no such input`)
    const { isRequired, keywords } = splitRequired(change)
    const defined = Object.entries({ ...properties[name], ...keywords }).filter(([, value]) => value !== null)
    properties[name] = Object.fromEntries(defined)
    if (isRequired === true) required.add(name)
    if (isRequired === false) required.delete(name)
  }
}

function hideFields(properties: Record<string, JsonSchema>, required: Set<string>, file: ToolFile): void {
  const hiddenByPaging = file.list ? PAGE_FIELDS[file.list.paging] : []
  for (const name of Object.keys(properties)) {
    if (file.fields[name]?.hidden !== true && !hiddenByPaging.includes(name)) continue
    delete properties[name]
    required.delete(name)
  }
}

function addOwnFields(properties: Record<string, JsonSchema>, required: Set<string>, file: ToolFile): void {
  for (const [name, change] of Object.entries(file.extra_fields)) {
    const { isRequired, keywords } = splitRequired(change)
    properties[name] = keywords
    if (isRequired === true) required.add(name)
  }
  if (file.takes_parts) Object.assign(properties, structuredClone(PART_INPUTS))
}

/** In a tool's file `required: true` is about the field itself; a list is the keyword of an object's schema. */
function splitRequired(change: Record<string, unknown>): { isRequired: unknown; keywords: JsonSchema } {
  if (typeof change.required !== 'boolean') return { isRequired: undefined, keywords: change }
  const { required: isRequired, ...keywords } = change
  return { isRequired, keywords }
}
