/** The shapes of the compiled catalog: what a model sees of a tool, and how a call becomes a request. Pure data. */

/** A JSON Schema (2020-12), restricted to the keywords that `check-arguments.ts` knows. */
export interface JsonSchema {
  type?: string | string[]
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

/** Safety hints as MCP defines them; all four are always declared (house rule 7). */
export interface ToolAnnotations {
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** A tool as `tools/list` shows it. */
export interface ToolDefinition {
  name: string
  title: string
  description: string
  inputSchema: JsonSchema
  outputSchema: JsonSchema
  annotations: ToolAnnotations
  _meta?: Record<string, unknown>
}

export type MethodGroup = 'read' | 'write' | 'custom'

/** What a connector's filter looks at. */
export interface FilteredTool {
  name: string
  methodGroup: MethodGroup
  tags: string[]
  /** Listed by the default exposure. */
  essential: boolean
}

/** What can be known of a tool without parsing the rest of it. */
export interface ToolIndexEntry extends FilteredTool {
  annotations: ToolAnnotations
}

/** Which of Gumloop's three paging contracts a list endpoint follows. */
export type Paging =
  | { kind: 'cursor'; items: string } // page_size + cursor in, next_cursor out
  | { kind: 'page'; items: string } // page + page_size in, total_pages out
  | { kind: 'none'; items: string } // everything at once: we cut it into pages

export type AccountDefault = 'user_id' | 'project_id' | 'team_id'

/** How the flat arguments of a call become one HTTP request to Gumloop. */
export interface RequestPlan {
  operationId: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Template below the host's prefix: `/agents/{agent_id}/sessions`. */
  path: string
  /** `stream` is Gumloop's ws host, which alone serves chat completions. */
  host: 'api' | 'stream'
  pathFields: string[]
  queryFields: string[]
  bodyFields: string[]
  body: 'none' | 'json' | 'multipart'
  /** `bytes`: a success is a file, not JSON; asking for it changes nothing, whatever the method. Left out: JSON. */
  answer?: 'bytes'
  /** Gumloop's own limits on the files of one call; left out: it states none. */
  uploadLimits?: { fileBytes?: number; totalBytes?: number }
  /** Fields that the account fills in when the caller leaves them out. */
  accountDefaults: AccountDefault[]
  paging?: Paging
  /** Seconds that Gumloop gets to answer. */
  deadlineSeconds: number
}

/** What runs after a call of this tool: adds `session_id` or `run_id`, `state`, `is_over` and `next_step`. */
export type RunKind = 'session' | 'flow_run'

export interface CatalogTool extends FilteredTool {
  definition: ToolDefinition
  /** Absent for the tools that are not one operation of Gumloop's (waiting, reading artifacts, discovery). */
  plan?: RequestPlan
  runKind?: RunKind
  /** Name of the special behaviour in `tools/handlers/`, where there is one. */
  handler?: string
}
