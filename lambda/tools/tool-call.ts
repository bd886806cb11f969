/** What a tool handler gets, and what it returns. The types between `call-tool.ts` and `handlers/`. */
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import type { Operation } from '../gumloop/operation.ts'
import type { MayCall } from '../runs/observe/run-state.ts'
import type { OpenLink } from './link-opener.ts'
import type { DeferredRun, RunAccess } from './run-access.ts'

/** The content blocks that our results use (MCP `ContentBlock`). */
export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string; mimeType: string }
  | {
      type: 'resource_link'
      uri: string
      name: string
      mimeType?: string
      size?: number
      description?: string
    }
  | { type: 'resource'; resource: { uri: string; mimeType: string; blob: string } }

export interface ToolCall {
  tool: CatalogTool
  /** Checked against the tool's input schema. */
  args: Arguments
  /** Calls one Gumloop operation by its tool name, with the account's credentials and within the call's deadline. */
  operation: Operation
  /** Opens a link that is not Gumloop's API, within the call's deadline. */
  openLink: OpenLink
  /** Starting runs once, and waiting for them. */
  runs: RunAccess
  mayCall: MayCall
}

export interface ToolOutcome {
  /** Becomes `structuredContent`, and its JSON the text content. */
  structured: Record<string, unknown>
  /** Further content blocks, after the text. */
  content?: ContentBlock[]
  /** The run goes on and the client takes a task for it in place of this outcome. */
  deferred?: DeferredRun
}

/** What a tool does beyond sending one operation. Throws AppError. */
export type ToolHandler = (call: ToolCall) => Promise<ToolOutcome>
