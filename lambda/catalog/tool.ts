/** Types of the compiled catalog: what a model sees of a tool, and how a call becomes a request. */

/** A JSON Schema (2020-12) with the keywords that `check-arguments.ts` implements. */
export interface JsonSchema {
  /** A list in a check of ours alone: schemas that clients see have one type, or `anyOf` (docs/protocol.md). */
  type?: string | string[]
  /** Single types, in output schemas alone. */
  anyOf?: JsonSchema[]
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

/** Safety hints as MCP defines them; every tool declares all four. */
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

/** What a connector's filter reads. */
export interface FilteredTool {
  name: string
  methodGroup: MethodGroup
  tags: string[]
  /** Listed by the default exposure. */
  essential: boolean
  /** Version of the catalog that the tool came with. */
  since: number
}

/** What is known of a tool without parsing the rest of it. */
export interface ToolIndexEntry extends FilteredTool {
  annotations: ToolAnnotations
}

/** Which of Gumloop's three kinds of paging a list endpoint has, and the key of the items in its response. */
export type Paging =
  | { kind: 'cursor'; items: string } // page_size + cursor in, next_cursor out
  | { kind: 'page'; items: string } // page + page_size in, total_pages out
  | { kind: 'none'; items: string } // everything at once: we split it into pages

export type AccountDefault = 'user_id' | 'project_id' | 'team_id'

/** How the flat arguments of a call become one HTTP request to Gumloop. */
export interface RequestPlan {
  operationId: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Template below the base URL: `/agents/{agent_id}/sessions`. */
  path: string
  /** `stream` is Gumloop's ws host, the only one that serves chat completions. */
  host: 'api' | 'stream'
  pathFields: string[]
  queryFields: string[]
  bodyFields: string[]
  body: 'none' | 'json' | 'multipart'
  /** `bytes`: a successful response is a file, and the request changes nothing, whatever its method. Absent: JSON. */
  answer?: 'bytes'
  /** Gumloop's own limits on the files of one call; absent: it states none. */
  uploadLimits?: { fileBytes?: number; totalBytes?: number }
  /** Fields that the account fills in if the caller leaves them out. */
  accountDefaults: AccountDefault[]
  /** True: changes nothing, although its method is not GET. */
  isRead?: boolean
  /** Headers of the operation, which a handler sets: no inputs of the tool. */
  headerFields?: string[]
  /** True: sent without the account's `team_id`. */
  isUnscoped?: boolean
  /** True: only Gumloop's own client names it, so a workspace may not have it yet. */
  isSdkOnly?: boolean
  /** Fields that hold a time (`complete-times.ts`); left out: none. */
  timeFields?: string[]
  paging?: Paging
  /** How long Gumloop may take to respond. */
  deadlineSeconds: number
}

/** What a call of this tool runs: its result has `session_id` or `run_id`, `state`, `is_over` and `next_step`. */
export type RunKind = 'session' | 'flow_run'

export interface CatalogTool extends FilteredTool {
  definition: ToolDefinition
  /** Absent for tools that are not one operation of Gumloop (waiting, reading artifacts, discovery). */
  plan?: RequestPlan
  runKind?: RunKind
  /**
   * Types that an input field takes beside the one that clients see: `null` where that says something, or the other form
   * of a field that Gumloop takes in two.
   */
  alsoAccepts?: Record<string, string[]>
  /** Objects inside the input that take no other fields than their own; the input itself never does. */
  closedFields?: string[]
  /** Keys that resemble no field are refused; other tools drop them and say so. */
  refusesUnknownKeys?: true
  /** Inputs that are secrets: never logged. */
  secretInputs?: string[]
  /** Name of the tool handler in `tools/handlers/`, if it has one. */
  handler?: string
}
