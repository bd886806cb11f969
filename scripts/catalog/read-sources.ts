/** Reads what the catalog is made from: Gumloop's API description, the tool table and the documentation records. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const CATALOG_FOLDER = path.resolve(import.meta.dirname ?? '.', '../../catalog')

/** The parts of OpenAPI 3.0 that Gumloop's description uses. */
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
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, OpenApiSchema> }
}

/** One row of `catalog/tools.tsv`: it fixes name, group, tags and whether the tool is essential. */
export interface ToolRow {
  operationId: string
  method: string
  path: string
  tool: string
  methodGroup: 'read' | 'write' | 'custom'
  tags: string[]
  essential: boolean
}

const jsonSchema: z.ZodType<Record<string, unknown>> = z.record(z.string(), z.unknown())

/** A documentation record: everything about a tool that Gumloop's description does not say, or not well enough for a model. */
export const recordSchema = z.strictObject({
  title: z.string().min(3).max(60),
  description: z.string().min(40).max(1024),
  /** All four are required: silence is not an answer about safety. */
  hints: z.strictObject({
    read_only: z.boolean(),
    destructive: z.boolean(),
    idempotent: z.boolean(),
    open_world: z.boolean(),
  }),
  /** Words that people use and the texts do not: for search. */
  words: z.array(z.string()).default([]),
  /** Changes to single input fields: `hidden`, `required`, or keywords of their schema. */
  fields: z.record(z.string(), jsonSchema).default({}),
  /** Input fields that are ours, not Gumloop's. */
  extra_fields: z.record(z.string(), jsonSchema).default({}),
  /** Key of the items in Gumloop's answer: makes it a list tool of one paging contract. */
  list: z.strictObject({ items: z.string(), paging: z.enum(['cursor', 'page', 'none']) }).optional(),
  runs: z.enum(['session', 'flow_run']).optional(),
  /** Takes a file or files of the chat: see `file-input.ts`. */
  file_input: z.enum(['one', 'many']).optional(),
  /** Gumloop's limits on the files that one call sends. */
  upload_limits: z
    .strictObject({ file_megabytes: z.number().optional(), total_megabytes: z.number().optional() })
    .optional(),
  /** A success is a file, not JSON. */
  answer: z.literal('bytes').optional(),
  /** Top-level output fields that are ours, and their schemas. */
  output: z.record(z.string(), jsonSchema).default({}),
  no_account_defaults: z.array(z.string()).default([]),
  deadline_seconds: z.number().optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  handler: z.string().optional(),
  /** Only for tools that are not one operation of Gumloop's. */
  tool: z
    .strictObject({
      method_group: z.enum(['read', 'write', 'custom']),
      tags: z.array(z.string()),
      essential: z.boolean(),
      input: jsonSchema,
    })
    .optional(),
})
export type DocumentationRecord = z.infer<typeof recordSchema>

/** Gumloop's API as the catalog knows it. `folder` of these readers is a catalog's own, the project's when left out. */
export function readOpenApi(folder = CATALOG_FOLDER): OpenApiDocument {
  return JSON.parse(readFileSync(path.join(folder, 'gumloop-openapi.json'), 'utf8'))
}

export function readToolRows(folder = CATALOG_FOLDER): ToolRow[] {
  const [, ...lines] = readFileSync(path.join(folder, 'tools.tsv'), 'utf8').trimEnd().split('\n')
  return lines.map(line => {
    const [operationId = '', method = '', route = '', tool = '', group = '', tags = '', essential = ''] =
      line.split('\t')
    return {
      operationId,
      method,
      path: route,
      tool,
      methodGroup: z.enum(['read', 'write', 'custom']).parse(group),
      tags: tags.split(','),
      essential: essential === 'essential',
    }
  })
}

/** All records by tool name (= file name). Throws with the file's name when one does not fit the schema. */
export function readRecords(folder = CATALOG_FOLDER): Map<string, DocumentationRecord> {
  const records = new Map<string, DocumentationRecord>()
  for (const file of readdirSync(path.join(folder, 'tools')).sort()) {
    if (!file.endsWith('.yaml')) continue
    const parsed = recordSchema.safeParse(parse(readFileSync(path.join(folder, 'tools', file), 'utf8')))
    if (!parsed.success) throw new Error(`catalog/tools/${file}: ${z.prettifyError(parsed.error)}`)
    records.set(path.basename(file, '.yaml'), parsed.data)
  }
  return records
}
