/** What a tool's behaviour is given, and what it gives back. The types between `call-tool.ts` and `handlers/`. */
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import type { CallResult } from '../gumloop/client.ts'
import type { LinkedFile } from '../gumloop/fetch-link.ts'
import type { LinkSource } from '../gumloop/safe-url.ts'
import type { MayCall } from '../runs/observe/run-state.ts'
import type { RunAccess } from './run-access.ts'

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
  operation: (toolName: string, args: Arguments, extraBody?: Arguments) => Promise<CallResult>
  /** Opens a link that is not Gumloop's API, within the call's deadline (`gumloop/fetch-link.ts` says what it throws). */
  openLink: (link: string, limits: { source: LinkSource; maxBytes: number }) => Promise<LinkedFile>
  /** Starting runs once, and waiting for them. */
  runs: RunAccess
  mayCall: MayCall
}

export interface ToolOutcome {
  /** Becomes `structuredContent`, and its JSON the text content. */
  structured: Record<string, unknown>
  /** Further content blocks, after the text. */
  content?: ContentBlock[]
}

/** A named special behaviour of one tool. Throws AppError. */
export type ToolHandler = (call: ToolCall) => Promise<ToolOutcome>
