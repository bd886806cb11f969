/** One tool's file, and the operation that it names → one tool of the catalog. Pure. */
import type { CatalogTool, JsonSchema, RequestPlan, ToolDefinition } from '../../lambda/catalog/tool.ts'
import { compileInput, PART_INPUTS } from './compile-input.ts'
import { fileParameters } from './file-input.ts'
import type { LocatedOperation, OpenApiDocument, OpenApiOperation } from './open-api.ts'
import { withoutBooleans } from './open-objects.ts'
import { checkResourceScope } from './resource-scope.ts'
import { singleTypedOutput } from './single-types.ts'
import { resolveReference } from './to-json-schema.ts'
import type { ToolFile } from './tool-file.ts'

const STREAM_HOST = 'https://ws.gumloop.com/'
/** The deadline for Gumloop's answer, where a tool's file sets no other (docs/protocol.md, Limits). */
const DEADLINE_SECONDS = 25
/** Gumloop does not say which megabyte it means: the larger one refuses nothing that it would take. */
const MEGABYTE = 1024 * 1024
/** Outputs of every list tool. */
const LIST_OUTPUTS: Record<string, JsonSchema> = {
  result: { type: 'array' },
  next_cursor: { type: ['string', 'null'] },
  result_count: { type: 'integer' },
}
const RUN_OUTPUTS = (idField: string): Record<string, JsonSchema> => ({
  // The id of a session is chosen here; a start of a flow may be answered without one.
  [idField]: { type: idField === 'session_id' ? 'string' : ['string', 'null'] },
  state: { type: ['string', 'null'] },
  is_over: { type: 'boolean' },
  next_step: { type: 'string' },
})

/** @throws Error when the file does not fit the operation. */
export function compileOperation(
  name: string,
  { operation, method, path }: LocatedOperation,
  file: ToolFile,
  document: OpenApiDocument,
): CatalogTool {
  const input = compileInput(operation, file, document)
  checkResourceScope(file.resource_scope, input.schema, operation, document)
  const headerFields = (operation.parameters ?? []).filter(one => one.in === 'header').map(one => one.name)
  const plan: RequestPlan = {
    operationId: operation.operationId,
    method,
    path,
    host: operation.servers?.some(server => server.url.startsWith(STREAM_HOST)) ? 'stream' : 'api',
    pathFields: input.pathFields,
    queryFields: input.queryFields,
    bodyFields: input.bodyFields,
    body: bodyKind(input.mediaType),
    ...(file.answer && { answer: file.answer }),
    ...(file.upload_limits && { uploadLimits: uploadLimits(file.upload_limits) }),
    accountDefaults: input.accountDefaults,
    ...(method !== 'GET' && file.hints.read_only && { isRead: true }),
    ...(headerFields.length > 0 && { headerFields }),
    ...(operation['x-unscoped'] === true && { isUnscoped: true }),
    ...(operation['x-trust'] === 'sdk-only' && { isSdkOnly: true }),
    ...(input.timeFields.length > 0 && { timeFields: input.timeFields }),
    ...(file.list && { paging: { kind: file.list.paging, items: file.list.items } }),
    deadlineSeconds: file.deadline_seconds ?? DEADLINE_SECONDS,
  }
  const outputs = file.list ? LIST_OUTPUTS : responseFields(operation, document)
  const { alsoAccepts } = input
  const open = withoutBooleans(input.schema)
  return {
    ...tool(name, file, open.schema, outputs),
    plan,
    ...(Object.keys(alsoAccepts).length > 0 && { alsoAccepts }),
    ...(open.closedFields.length > 0 && { closedFields: open.closedFields }),
    ...(operation['x-secret-input'] && { secretInputs: operation['x-secret-input'] }),
    ...behavior(file),
  }
}

/** A tool that is not one operation: its file has the whole input schema. @throws Error as `compileOperation` */
export function compileOwnTool(name: string, file: ToolFile): CatalogTool {
  const properties = { ...file.input?.properties, ...(file.takes_parts && structuredClone(PART_INPUTS)) }
  const schema: JsonSchema = { type: 'object', ...file.input, properties, additionalProperties: false }
  checkResourceScope(file.resource_scope, schema)
  const open = withoutBooleans(schema)
  return {
    ...tool(name, file, open.schema, {}),
    ...(open.closedFields.length > 0 && { closedFields: open.closedFields }),
    ...behavior(file),
  }
}

function tool(
  name: string,
  file: ToolFile,
  input: JsonSchema,
  output: Record<string, JsonSchema>,
): Pick<CatalogTool, 'name' | 'methodGroup' | 'tags' | 'essential' | 'since' | 'definition'> {
  return {
    name,
    methodGroup: file.method_group,
    tags: file.tags,
    essential: file.essential,
    since: file.since,
    definition: definition(name, file, input, output),
  }
}

function behavior({
  runs,
  handler,
  refuses_unknown_keys,
}: ToolFile): Pick<CatalogTool, 'runKind' | 'handler' | 'refusesUnknownKeys'> {
  return {
    ...(runs && { runKind: runs }),
    ...(handler !== undefined && { handler }),
    ...(refuses_unknown_keys && { refusesUnknownKeys: true }),
  }
}

function definition(
  name: string,
  file: ToolFile,
  input: JsonSchema,
  output: Record<string, JsonSchema>,
): ToolDefinition {
  const meta = { ...(file.file_input && fileParameters(file.file_input)), ...file.meta }
  const ofRun = file.runs ? RUN_OUTPUTS(file.runs === 'session' ? 'session_id' : 'run_id') : {}
  return {
    name,
    title: file.title,
    description: file.description.trim().replace(/\s*\n\s*/g, ' '),
    inputSchema: input,
    outputSchema: singleTypedOutput({
      type: 'object',
      properties: { ...output, ...ofRun, ...file.output },
    }),
    annotations: {
      readOnlyHint: file.hints.read_only,
      destructiveHint: file.hints.destructive,
      idempotentHint: file.hints.idempotent,
      openWorldHint: file.hints.open_world,
    },
    ...(Object.keys(meta).length > 0 && { _meta: meta }),
  }
}

function bodyKind(mediaType: string | undefined): RequestPlan['body'] {
  if (mediaType === undefined) return 'none'
  return mediaType === 'application/json' ? 'json' : 'multipart'
}

function uploadLimits(
  limits: NonNullable<ToolFile['upload_limits']>,
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
    const resolved = resolveReference(schema, document)
    for (const one of [resolved, ...(resolved.oneOf ?? [])])
      for (const name of Object.keys(resolveReference(one, document).properties ?? {})) fields[name] = {}
  }
  return fields
}
