/** What a tool handler gets, and what it returns. The types between `call-tool.ts` and `handlers/`. */
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import type { Operation } from '../gumloop/operation.ts'
import type { MayCall } from '../runs/observe/run-state.ts'
import type { Cut } from '../shared/fit-json.ts'
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

/** The call that reads on where a result was cut. */
export interface Reader {
  tool: string
  /** Its arguments beside `output`, `offset` and `limit`. */
  args: Record<string, unknown>
  /** Where a place of this result is in the result of that call; left out: at the same place. */
  locate?: (cut: Cut) => Cut
}

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
  /** Only a part of the result is wanted, so the handler returns the whole record of what it reads. */
  isForPart: boolean
  /** Characters that the result may have. */
  maxCharacters: number
}

/** A sentence about a result that was cut: `shown` is what is left of it. */
export type HowToReadOn = (shown: Record<string, unknown>) => string

export interface ToolOutcome {
  /** Becomes `structuredContent`, and its JSON the text content. */
  structured: Record<string, unknown>
  /** Further content blocks, after the text. */
  content?: ContentBlock[]
  /** Parts that are missing in `structured` already. */
  cuts?: Cut[]
  /** How to read on; left out: with the same tool and arguments, if it takes `output`. Null: in no way. */
  reader?: Reader | null
  /** For a result without a reader. */
  howToReadOn?: HowToReadOn
  /** `structured` is a report of something that is not over: it is shown whole, whatever part was asked for. */
  isWithoutParts?: boolean
  /** The run goes on and the client takes a task for it in place of this outcome. */
  deferred?: DeferredRun
}

/** What a tool does beyond sending one operation. Throws AppError. */
export type ToolHandler = (call: ToolCall) => Promise<ToolOutcome>
